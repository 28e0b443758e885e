// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// libc is always loaded already: it is never searched beside the assembly.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace OpenAmp.UserModeLinux;

/// <summary>The system calls this library makes, one per file. Constants are those of x64.</summary>
internal static partial class Interop
{
    private const string Libc = "libc";

    /// <summary>Makes a connected pair of stream sockets, closed on exec: nothing in the file system leads to
    /// them.</summary>
    /// <exception cref="IOException">Too many files are open.</exception>
    internal static unsafe (SafeFileHandle Ours, SafeFileHandle Theirs) SocketPair(string purpose)
    {
        int* ends = stackalloc int[2];

        // SAFETY: room for the two descriptors that the call writes.
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new IOException($"socketpair of {purpose} failed with errno {errno} "
                + $"({Marshal.GetPInvokeErrorMessage(errno)}). Raise the limit of open files (ulimit -n).");
        }

        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }
}
