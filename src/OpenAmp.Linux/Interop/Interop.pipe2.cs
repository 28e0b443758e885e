// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>O_CLOEXEC applies to both ends.</summary>
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int pipe2(int* ends, int flags);
}
