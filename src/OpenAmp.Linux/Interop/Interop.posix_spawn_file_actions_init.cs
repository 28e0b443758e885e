// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Room for a posix_spawn_file_actions_t: 80 bytes in glibc and in musl.</summary>
    internal const int SpawnActionsBytes = 256;

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_init(void* actions);
}
