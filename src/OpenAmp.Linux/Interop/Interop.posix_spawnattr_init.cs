// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Room for a posix_spawnattr_t: 336 bytes in glibc and in musl.</summary>
    internal const int SpawnAttributesBytes = 512;

    /// <summary>Fills in an empty signal mask and the process group 0, which is one of the child's own.</summary>
    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_init(void* attributes);
}
