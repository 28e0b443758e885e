// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Opening of RPMsg device nodes, and the calls that go to them.</summary>
internal static class KernelRpmsgFile
{
    internal const uint CreateEndpoint = 0x4028_B501;
    internal const uint DestroyEndpoint = 0xB502;
    internal const uint CreateDevice = 0x4028_B503;
    internal const uint ReleaseDevice = 0x4028_B504;
    internal const uint GetOutgoingFlowControl = 0x8004_B505;
    internal const uint SetIncomingFlowControl = 0x8004_B506;

    private const int OpenFlags = Interop.O_RDWR | Interop.O_NONBLOCK | Interop.O_NOCTTY | Interop.O_CLOEXEC;

    private static readonly TimeSpan NodeLookInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Opens a node without blocking: reads and writes of it never wait.</summary>
    /// <exception cref="KernelRpmsgException">The kernel refused.</exception>
    internal static SafeFileHandle Open(string path, KernelRpmsgCall call)
    {
        int descriptor = TryOpen(path, out int errno);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw KernelRpmsgFailure.For(call, path, errno);
    }

    /// <summary>Opens a node that has just come to be: udev may still have to make it and to give it its
    /// permissions.</summary>
    /// <param name="path">The node.</param>
    /// <param name="device">The device that it must stand for, as sysfs writes it, or null.</param>
    /// <param name="call">What for.</param>
    /// <param name="timeout">How long to wait for the node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async ValueTask<SafeFileHandle> OpenNewAsync(
        string path,
        string? device,
        KernelRpmsgCall call,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            // A node that a device of before left behind is not the one.
            bool isOther = device is not null && FileStatus.ReadDevice(path) is { } found && found != device;
            int errno = Errno.ENOENT;
            int descriptor = isOther ? -1 : TryOpen(path, out errno);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            bool mayCome = errno is Errno.ENOENT or Errno.EACCES or Errno.EPERM;
            if (!mayCome || Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw errno == Errno.ENOENT
                    ? new KernelRpmsgException(KernelRpmsgOutcome.NodeMissing, errno, $"{path} did not appear within "
                        + $"{timeout.TotalSeconds} s: {KernelRpmsgFailure.Explain(KernelRpmsgOutcome.NodeMissing)}")
                    : KernelRpmsgFailure.For(call, path, errno);
            }

            await Task.Delay(NodeLookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An ioctl that takes a structure or a number.</summary>
    /// <returns>0, or the error number.</returns>
    internal static unsafe int Control(SafeFileHandle handle, uint request, void* argument)
    {
        using DescriptorLoan loan = new(handle);
        int result;
        do
        {
            // SAFETY: the caller's argument is what the request takes, and outlives the call.
            result = Interop.ioctl(loan.Descriptor, request, argument);
        }
        while (result < 0 && Interop.LastErrno == Errno.EINTR);

        return result < 0 ? Interop.LastErrno : 0;
    }

    /// <summary>Destroys an endpoint device that is open, unless the kernel has done so.</summary>
    /// <remarks>The ioctl on a device that is gone already takes it away once more and crashes the kernel (6.1: a null
    /// pointer in klist_put). That the endpoint lives is asked immediately before; what happens in the microsecond
    /// between cannot be excluded from here.</remarks>
    /// <returns>0, or the error number; EPIPE when it was gone.</returns>
    internal static unsafe int Destroy(SafeFileHandle handle)
    {
        using DescriptorLoan loan = new(handle);
        var poll = new PollDescriptor { Descriptor = loan.Descriptor, Events = Interop.POLLIN };

        // SAFETY: one descriptor, which the loan keeps open. The request takes no argument.
        _ = DescriptorPoll.Wait(&poll, 1, TimeSpan.Zero);
        return (poll.Returned & Interop.POLLERR) == 0 ? Control(handle, DestroyEndpoint, null) : Errno.EPIPE;
    }

    private static int TryOpen(string path, out int errno)
    {
        int descriptor;
        do
        {
            descriptor = Interop.open(path, OpenFlags, 0);
            errno = descriptor < 0 ? Interop.LastErrno : 0;
        }
        while (errno == Errno.EINTR);

        return descriptor;
    }
}
