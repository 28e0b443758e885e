// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Returns an error number, also for what fails in the child before the new program runs.</summary>
    [LibraryImport(Libc)]
    internal static partial int posix_spawn(int* process, byte* path, void* actions, void* attributes,
        byte** arguments, byte** environment);
}
