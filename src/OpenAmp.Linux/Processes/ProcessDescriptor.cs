// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A descriptor that stands for a process (pidfd): its number cannot come to mean another process.</summary>
internal static unsafe class ProcessDescriptor
{
    private const string Requirement = "Children need Linux 5.4 or later (pidfd_open, and waitid by P_PIDFD), and a "
        + "container whose system call filter allows these.";

    /// <summary>Throws where the system has no such descriptors.</summary>
    /// <exception cref="IOException">The kernel is too old.</exception>
    internal static void ThrowIfUnsupported()
    {
        // No process has a negative number: a kernel that knows the call says so.
        if (Interop.pidfd_open(Interop.SYS_pidfd_open, -1, 0) < 0 && Interop.LastErrno != Errno.EINVAL)
        {
            throw Interop.Failure("pidfd_open", "no process", Interop.LastErrno, Requirement);
        }
    }

    /// <summary>Opens the descriptor of a child that nobody has reaped. It closes itself on exec.</summary>
    /// <exception cref="IOException">Too many files are open, or the child is gone.</exception>
    internal static SafeFileHandle Open(int process, string path)
        => Interop.Own((int)Interop.pidfd_open(Interop.SYS_pidfd_open, process, 0), "pidfd_open",
            $"process {process} (\"{path}\")", "Raise the limit of open files (ulimit -n); if the process is gone "
            + "already, let this process not ignore SIGCHLD.");

    /// <summary>Sends a signal.</summary>
    /// <returns><see langword="false"/> when the process has ended.</returns>
    /// <exception cref="IOException">The system refused.</exception>
    internal static bool TrySignal(SafeHandle handle, int signal)
    {
        using DescriptorLoan process = new(handle);
        if (Interop.pidfd_send_signal(Interop.SYS_pidfd_send_signal, process.Descriptor, signal, null, 0) == 0)
        {
            return true;
        }

        return Interop.LastErrno == Errno.ESRCH
            ? false
            : throw Interop.Failure("pidfd_send_signal", $"{SignalName.Describe(signal)} to a child", Interop.LastErrno,
                "Did the child change its user?");
    }

    /// <summary>Whether all threads of a child stand still (SIGSTOP). Does not wait, and takes nothing away.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    internal static bool HasStopped(SafeHandle handle)
    {
        using DescriptorLoan process = new(handle);
        SignalDetails details = default;
        const int options = Interop.WSTOPPED | Interop.WNOHANG | Interop.WNOWAIT;
        return Interop.waitid(Interop.P_PIDFD, process.Descriptor, &details, options) == 0
            ? details.Process != 0
            : Interop.LastErrno is Errno.ECHILD or Errno.EINTR ? false
            : throw Interop.Failure("waitid", "a child", Interop.LastErrno, Requirement);
    }

    /// <summary>Takes the status of a child that has ended.</summary>
    /// <param name="handle">The child's descriptor.</param>
    /// <param name="group">The process group that the child led, whose other members are killed; 0 for none.</param>
    /// <exception cref="IOException">The system refused.</exception>
    internal static ChildExit Reap(SafeHandle handle, int group)
    {
        using DescriptorLoan process = new(handle);

        // While the child is not reaped, neither its number nor its group's can come to mean another.
        if (group != 0 && TryWait(process.Descriptor, Interop.WNOWAIT, out _))
        {
            // It fails only for what runs as another user by now, which is not ours to end.
            _ = Interop.kill(-group, SignalName.Kill);
        }

        return TryWait(process.Descriptor, 0, out SignalDetails details) ? ChildExit.From(details) : default;
    }

    /// <summary>Ends a child that could not be watched, and reaps it.</summary>
    internal static void Abandon(int process)
    {
        // It is a child and not reaped: the number is its own.
        _ = Interop.kill(process, SignalName.Kill);
        SignalDetails details = default;
        while (Interop.waitid(Interop.P_PID, process, &details, Interop.WEXITED) != 0
            && Interop.LastErrno == Errno.EINTR)
        {
        }
    }

    /// <summary>Waits for the status; the child has ended, so it is there unless somebody took it.</summary>
    /// <returns><see langword="false"/> when somebody took it.</returns>
    private static bool TryWait(int descriptor, int options, out SignalDetails details)
    {
        SignalDetails found = default;
        while (Interop.waitid(Interop.P_PIDFD, descriptor, &found, Interop.WEXITED | options) != 0)
        {
            if (Interop.LastErrno == Errno.ECHILD)
            {
                details = default;
                return false;
            }

            if (Interop.LastErrno != Errno.EINTR)
            {
                throw Interop.Failure("waitid", "a child", Interop.LastErrno, Requirement);
            }
        }

        details = found;
        return true;
    }
}
