// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Closes all descriptors from a number on. glibc has it from 2.34 on.</summary>
    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int first);
}
