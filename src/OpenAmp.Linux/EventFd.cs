// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A counter in the kernel that one thread or process adds to and another waits on.</summary>
/// <remarks>
/// <para>Signals coalesce: a wait takes all that came before it. One that comes before a wait ends it at once.</para>
/// <para>Any thread may call any member. A descriptor that another process passed must be non-blocking, as ours are,
/// or a call may block.</para>
/// </remarks>
public sealed unsafe class EventFd : IDisposable
{
    private const int Created = Interop.EFD_CLOEXEC | Interop.EFD_NONBLOCK;

    /// <summary>Makes a counter at zero.</summary>
    /// <exception cref="IOException">The system refused, for example because too many files are open.</exception>
    public EventFd()
        : this(Interop.Own(Interop.eventfd(0, Created), "eventfd", "a new counter",
            "Raise the limit of open files (ulimit -n)."))
    {
    }

    /// <summary>Takes over a descriptor, for example one that another process passed.</summary>
    /// <param name="handle">The descriptor of an eventfd; owned by the new object.</param>
    public EventFd(SafeFileHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        Handle = handle;
    }

    /// <summary>The descriptor. Owned by this object.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes a second owner of the same counter.</summary>
    /// <returns>The counter under a descriptor of its own; the caller disposes it.</returns>
    /// <exception cref="IOException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The counter is disposed.</exception>
    public EventFd Duplicate()
    {
        using DescriptorLoan loan = new(Handle);
        return new EventFd(Interop.Own(Interop.fcntl(loan.Descriptor, Interop.F_DUPFD_CLOEXEC, 0),
            "fcntl(F_DUPFD_CLOEXEC)", "an eventfd", "Raise the limit of open files (ulimit -n)."));
    }

    /// <summary>Adds one: ends a wait that is under way, or else the next one. Does not block, allocates
    /// nothing.</summary>
    /// <exception cref="ObjectDisposedException">The counter is disposed.</exception>
    /// <exception cref="IOException">The descriptor is not one of an eventfd.</exception>
    public void Signal() => _ = TryAdd(1);

    /// <summary>Waits until the counter is above zero and takes it back to zero. Allocates nothing.</summary>
    /// <param name="timeout">How long to wait: <see cref="TimeSpan.Zero"/> looks without waiting,
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
    /// <returns><see langword="false"/> when time ran out.</returns>
    /// <exception cref="ObjectDisposedException">The counter is disposed.</exception>
    public bool Wait(TimeSpan timeout)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        using DescriptorLoan loan = new(Handle);
        PollDescriptor poll = new() { Descriptor = loan.Descriptor, Events = Interop.POLLIN };
        return DescriptorPoll.Wait(&poll, 1, timeout) > 0 && TakeCount(loan.Descriptor) != 0;
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>Adds to the counter.</summary>
    /// <returns><see langword="false"/> when the counter is full: the waiter has plenty unread.</returns>
    internal bool TryAdd(ulong value)
    {
        using DescriptorLoan loan = new(Handle);
        if (Interop.write(loan.Descriptor, &value, sizeof(ulong)) == sizeof(ulong))
        {
            return true;
        }

        return Interop.LastErrno == Errno.EAGAIN
            ? false
            : throw Interop.Failure("write", "an eventfd", Interop.LastErrno, "Is it the descriptor of an eventfd?");
    }

    /// <summary>Takes the counter back to zero without waiting; 0 when another reader was faster.</summary>
    internal static ulong TakeCount(int descriptor)
    {
        ulong count;
        if (Interop.read(descriptor, &count, sizeof(ulong)) == sizeof(ulong))
        {
            return count;
        }

        return Interop.LastErrno == Errno.EAGAIN
            ? 0UL
            : throw Interop.Failure("read", "an eventfd", Interop.LastErrno, "Is it the descriptor of an eventfd?");
    }
}
