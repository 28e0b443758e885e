// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Two eventfds, one per direction, and a socket whose end tells that the peer is gone.</summary>
/// <remarks>
/// <para>For links between processes that both use this library: <see cref="Negotiate"/> exchanges the eventfds over a
/// connected UNIX socket, alike on both sides. Any number of kicks is one counter, so none is ever dropped.</para>
/// <para>A wake adds 2^32 to our own counter, so that one descriptor serves kicks and wakes; what
/// <see cref="WakeState"/> says about wakes is what counts.</para>
/// </remarks>
public sealed unsafe class EventFdDoorbell : LinkDoorbell
{
    private const ulong KickCount = 1;
    private const ulong WakeCount = 1UL << 32;
    private const int OwnSlot = 0;
    private const int AliveSlot = 1;

    private readonly EventFd _own;
    private readonly EventFd _peer;
    private readonly SafeHandle _alive;
    private WakeState _wakeState;
    private bool _peerGone;

    /// <summary>Puts a doorbell together. It owns all three from then on.</summary>
    /// <param name="own">The counter the peer adds to and this side waits on.</param>
    /// <param name="peer">The counter the peer waits on. Trusted to be non-blocking, as ours are.</param>
    /// <param name="alive">A connected socket nobody writes to any more: its end is the peer's end.</param>
    public EventFdDoorbell(EventFd own, EventFd peer, SafeHandle alive)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(alive);
        _own = own;
        _peer = peer;
        _alive = alive;
    }

    private static ReadOnlySpan<byte> Greeting => "OAeventfd1"u8;

    /// <summary>Makes this side's eventfd, sends it to the peer and takes the peer's. Both sides call this.</summary>
    /// <param name="socket">A connected UNIX stream socket on which nothing else is said; owned by the result, and
    /// closed when this fails.</param>
    /// <param name="timeout">How long to wait for the peer's half.</param>
    /// <returns>The doorbell; the caller disposes it.</returns>
    /// <exception cref="TimeoutException">The peer's half did not come in time.</exception>
    /// <exception cref="IOException">The peer closed the socket or said something else, or the system
    /// refused.</exception>
    public static EventFdDoorbell Negotiate(SafeHandle socket, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(socket);
        DescriptorPoll.ThrowIfInvalid(timeout);
        EventFd? own = null;
        try
        {
            own = new EventFd();
            FileDescriptorPassing.Send(socket, Greeting, [own.Handle]);
            Span<byte> message = stackalloc byte[Greeting.Length];
            ReceivedDescriptors received = FileDescriptorPassing.Receive(socket, message, maxDescriptors: 1, timeout);
            if (received.Handles.Count != 1 || !message[..received.MessageBytes].SequenceEqual(Greeting))
            {
                received.Dispose();
                throw new IOException($"The peer's doorbell message has {received.MessageBytes} bytes and "
                    + $"{received.Handles.Count} descriptors; expected the {Greeting.Length} bytes of this version and "
                    + "1 descriptor. Do both sides use the eventfd doorbell, in the same version?");
            }

            return new EventFdDoorbell(own, new EventFd(received.Handles[0]), socket);
        }
        catch
        {
            own?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The peer's descriptor is not one of an eventfd.</exception>
    public override void Kick(uint notifyId)
    {
        // False means the counter is full: the peer has kicks without number unread.
        _ = TryAdd(_peer, KickCount);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The doorbell is disposed.</exception>
    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        using DescriptorLoan own = new(_own.Handle);
        long start = timeout > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            // Who may not sleep looks without waiting, which also sees the peer's end.
            bool sleeps = !_peerGone && left != TimeSpan.Zero && _wakeState.TryFallAsleep();
            DoorbellEvents events = Look(own.Descriptor, sleeps ? left : TimeSpan.Zero);
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
        if (_wakeState.Request())
        {
            _ = TryAdd(_own, WakeCount);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _own.Dispose();
            _peer.Dispose();
            _alive.Dispose();
        }
    }

    private static bool TryAdd(EventFd counter, ulong value)
    {
        try
        {
            return !counter.Handle.IsClosed && counter.TryAdd(value);
        }
        catch (ObjectDisposedException)
        {
            return false; // Disposed in between: there is nobody left to ring.
        }
    }

    private DoorbellEvents Look(int own, TimeSpan timeout)
    {
        using DescriptorLoan alive = new(_alive);
        PollDescriptor* poll = stackalloc PollDescriptor[2];
        poll[OwnSlot] = new() { Descriptor = own, Events = Interop.POLLIN };
        poll[AliveSlot] = new() { Descriptor = alive.Descriptor, Events = Interop.POLLRDHUP };
        DoorbellEvents events = DoorbellEvents.None;
        if (DescriptorPoll.Wait(poll, 2, timeout) > 0)
        {
            // The low half counts kicks; a wake touches only the high half.
            if (poll[OwnSlot].Returned != 0 && (uint)(EventFd.TakeCount(own) & uint.MaxValue) != 0)
            {
                events |= DoorbellEvents.Kicked;
            }

            _peerGone |= poll[AliveSlot].Returned != 0;
        }

        return _peerGone ? events | DoorbellEvents.PeerGone : events;
    }
}
