// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int PROT_READ_WRITE = 3;
    internal const int MAP_SHARED = 1;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_FIXED = 0x10;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_NORESERVE = 0x4000;

    /// <summary>MAP_FAILED, the pointer value -1.</summary>
    private const nint MAP_FAILED = -1;

    /// <summary>Whether mmap failed. A pointer is unsigned: a checked conversion of this one would overflow.</summary>
    internal static bool IsMapFailed(void* start) => unchecked((nint)start) == MAP_FAILED;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor,
        long offset);
}
