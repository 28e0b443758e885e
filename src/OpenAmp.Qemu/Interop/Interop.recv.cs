// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

internal static unsafe partial class Interop
{
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint recv(int descriptor, byte* buffer, nint lengthBytes, int flags);
}
