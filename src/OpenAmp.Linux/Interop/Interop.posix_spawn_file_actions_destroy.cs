// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);
}
