// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int PROT_READ_WRITE = 3;
    internal const int MAP_SHARED = 1;

    /// <summary>MAP_FAILED, the pointer value -1.</summary>
    internal const nint MAP_FAILED = -1;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor,
        long offset);
}
