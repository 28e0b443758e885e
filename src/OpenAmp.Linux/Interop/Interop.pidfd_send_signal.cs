// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    /// <summary>The number of pidfd_send_signal; equal on x64 and arm64.</summary>
    internal const int SYS_pidfd_send_signal = 424;

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long pidfd_send_signal(nint number, nint process, nint signal, void* details, nint flags);
}
