// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// libc is always loaded already: it is never searched beside the assembly.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace OpenAmp.Qemu;

/// <summary>The system calls this library makes, one per file. Constants are those of x64 and arm64.</summary>
internal static partial class Interop
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EPIPE = 32;
    internal const int ECONNRESET = 104;

    private const string Libc = "libc";

    /// <summary>The error number of the last call of this thread that was declared with SetLastError.</summary>
    internal static int LastErrno => Marshal.GetLastPInvokeError();

    /// <summary>The exception for a failed call: the call, what it was about, errno and its text, what to do.</summary>
    internal static IOException Failure(string call, string target, int errno, string advice)
        => new($"{call} of {target} failed with errno {errno} ({Marshal.GetPInvokeErrorMessage(errno)}). {advice}");

    /// <summary>Makes a connected pair of stream sockets, closed on exec: nothing in the file system leads to
    /// them.</summary>
    /// <exception cref="IOException">Too many files are open.</exception>
    internal static unsafe (SafeFileHandle Ours, SafeFileHandle Theirs) SocketPair(string purpose)
    {
        int* ends = stackalloc int[2];

        // SAFETY: room for the two descriptors that the call writes.
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw Failure("socketpair", purpose, LastErrno, "Raise the limit of open files (ulimit -n).");
        }

        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }
}
