// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int fsync(int descriptor);
}
