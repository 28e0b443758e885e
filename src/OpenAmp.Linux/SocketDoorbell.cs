// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>The two-process platform's doorbell: one byte 0x01 on a connected UNIX stream socket per kick.</summary>
/// <remarks>
/// <para>The byte carries no id: a receiver looks at all its rings. Any value a peer sends counts as a kick.</para>
/// <para>End of stream or a reset is <see cref="DoorbellEvents.PeerGone"/>, also when the peer only shut down its
/// sending side.</para>
/// <para>The socket is nobody else's: a second reader would take kicks away.</para>
/// </remarks>
public sealed unsafe class SocketDoorbell : LinkDoorbell
{
    private const int SocketSlot = 0;
    private const int WakeSlot = 1;

    // A burst of kicks costs one call; more than this only makes the next wait return at once.
    private const int ReadBytes = 64;

    private readonly SafeHandle _socket;
    private readonly EventFd _wake = new();
    private WakeState _wakeState;
    private long _coalescedKicks;

    // Volatile because Kick, on any thread, also finds out that the peer is gone.
    private volatile bool _peerGone;

    /// <summary>Takes over a connected stream socket.</summary>
    /// <param name="socket">The socket's descriptor, blocking or not; owned by the doorbell.</param>
    /// <exception cref="IOException">No descriptor is left for waking the waiter.</exception>
    public SocketDoorbell(SafeHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
    }

    /// <summary>Kicks that were not sent because the socket was full: the peer had thousands unread, so it will look
    /// anyway.</summary>
    public long CoalescedKicks => Interlocked.Read(ref _coalescedKicks);

    /// <summary>Whether the peer is known to be gone. Asks the kernel, consumes no kick, does not block.</summary>
    /// <exception cref="ObjectDisposedException">The doorbell is disposed.</exception>
    public bool IsPeerGone
    {
        get
        {
            using DescriptorLoan loan = new(_socket);
            _peerGone |= UnixSocket.IsHungUp(loan.Descriptor);
            return _peerGone;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The socket failed in a way that is not the peer's end.</exception>
    public override void Kick(uint notifyId)
    {
        if (_peerGone || _socket.IsClosed)
        {
            return;
        }

        try
        {
            using DescriptorLoan loan = new(_socket);
            SendKick(loan.Descriptor);
        }
        catch (ObjectDisposedException)
        {
            // Disposed since the look above: the kick is dropped like one to a peer that is gone.
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The doorbell is disposed.</exception>
    /// <exception cref="IOException">The socket failed in a way that is not the peer's end.</exception>
    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        using DescriptorLoan loan = new(_socket);
        long start = timeout > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            DoorbellEvents events = _peerGone || left == TimeSpan.Zero || !_wakeState.TryFallAsleep()
                ? ReadKicks(loan.Descriptor)
                : Sleep(loan.Descriptor, left);
            if (_wakeState.Take())
            {
                events |= DoorbellEvents.Woken;
            }

            if (events != DoorbellEvents.None || left == TimeSpan.Zero)
            {
                return events;
            }

            if (timeout > TimeSpan.Zero)
            {
                // A late ring of an earlier wake, or the time ran out: then one last look without waiting.
                left = timeout - Stopwatch.GetElapsedTime(start);
                left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <inheritdoc/>
    public override void Wake()
    {
        if (!_wakeState.Request() || _wake.Handle.IsClosed)
        {
            return;
        }

        try
        {
            _wake.Signal();
        }
        catch (ObjectDisposedException)
        {
            // Disposed in between: nobody waits any more.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _wake.Dispose();
            _socket.Dispose();
        }
    }

    private void SendKick(int socket)
    {
        byte kick = 1;
        if (Interop.send(socket, &kick, 1, Interop.MSG_DONTWAIT | Interop.MSG_NOSIGNAL) == 1)
        {
            return;
        }

        switch (Interop.LastErrno)
        {
            case Errno.EAGAIN:
                _ = Interlocked.Increment(ref _coalescedKicks);
                break;
            case Errno.EPIPE or Errno.ECONNRESET:
                _peerGone = true;
                break;
            case int errno:
                throw Interop.Failure("send", "a kick", errno, "The peer has not been rung: close the link.");
        }
    }

    private DoorbellEvents Sleep(int socket, TimeSpan timeout)
    {
        using DescriptorLoan wake = new(_wake.Handle);
        PollDescriptor* poll = stackalloc PollDescriptor[2];
        poll[SocketSlot] = new() { Descriptor = socket, Events = Interop.POLLIN };
        poll[WakeSlot] = new() { Descriptor = wake.Descriptor, Events = Interop.POLLIN };
        if (DescriptorPoll.Wait(poll, 2, timeout) == 0)
        {
            return DoorbellEvents.None;
        }

        if (poll[WakeSlot].Returned != 0)
        {
            _ = EventFd.TakeCount(wake.Descriptor);
        }

        return poll[SocketSlot].Returned != 0 ? ReadKicks(socket) : DoorbellEvents.None;
    }

    private DoorbellEvents ReadKicks(int socket)
    {
        if (_peerGone)
        {
            return DoorbellEvents.PeerGone;
        }

        byte* kicks = stackalloc byte[ReadBytes];
        nint read = Interop.recv(socket, kicks, ReadBytes, Interop.MSG_DONTWAIT);
        if (read > 0)
        {
            return DoorbellEvents.Kicked;
        }

        int errno = read == 0 ? Errno.ECONNRESET : Interop.LastErrno;
        switch (errno)
        {
            case Errno.EAGAIN or Errno.EINTR:
                return DoorbellEvents.None;
            case Errno.ECONNRESET:
                _peerGone = true;
                return DoorbellEvents.PeerGone;
            default:
                throw Interop.Failure("recv", "kicks", errno, "The peer cannot be heard any more: close the link.");
        }
    }
}
