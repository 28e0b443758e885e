// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    /// <summary>The number of pidfd_open, which older libc do not wrap; equal on x64 and arm64.</summary>
    internal const int SYS_pidfd_open = 434;

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long pidfd_open(nint number, nint process, nint flags);
}
