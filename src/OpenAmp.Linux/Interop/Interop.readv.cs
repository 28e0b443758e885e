// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint readv(int descriptor, MessagePart* parts, int count);
}
