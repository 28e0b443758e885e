// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>The doorbell of a link whose driver is behind a vhost-user front end: its link waits for the driver's kick
/// descriptors itself, without the server's thread in between.</summary>
/// <remarks>A wake adds 2^32 to our own counter and anything else 1; see <see cref="WakeState"/>.</remarks>
internal sealed unsafe class VhostUserDoorbell : LinkDoorbell
{
    private const ulong NoticeCount = 1;
    private const ulong WakeCount = 1UL << 32;
    private const int OwnSlot = 0;
    private const int FirstKickSlot = 1;
    private const int MaxSlots = FirstKickSlot + 2;

    private readonly VhostUserCall[] _calls;
    private readonly SafeFileHandle?[] _kicks;
    private readonly Action<VhostUserException> _fail;
    private readonly EventFd _own = new();
    [SuppressMessage(
        "Usage", "CA2213", Justification = "Whoever still waits looks at it after this; it has no handle.")]
    private readonly ManualResetEventSlim _released = new();
    private WakeState _wakeState;
    private volatile bool _kickedByMessage;
    private volatile bool _peerGone;
    private volatile bool _disposed;

    /// <summary>Puts a doorbell together.</summary>
    /// <param name="calls">How to ring the driver, by queue; not owned.</param>
    /// <param name="kicks">What the driver kicks, by queue; owned.</param>
    /// <param name="fail">Sends the front end away.</param>
    internal VhostUserDoorbell(
        VhostUserCall[] calls, SafeFileHandle?[] kicks, Action<VhostUserException> fail)
    {
        _calls = calls;
        _kicks = kicks;
        _fail = fail;
    }

    /// <inheritdoc/>
    public override void Kick(uint notifyId)
    {
        if (!_disposed && !_peerGone)
        {
            _calls[notifyId].Signal();
        }
    }

    /// <inheritdoc/>
    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        long start = timeout > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            // Who may not sleep looks without waiting.
            bool sleeps = !_peerGone && left != TimeSpan.Zero && _wakeState.TryFallAsleep();
            DoorbellEvents events = Look(sleeps ? left : TimeSpan.Zero);
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
            Add(WakeCount);
        }
    }

    /// <summary>The driver kicked by a message on the socket.</summary>
    internal void KickByMessage()
    {
        _kickedByMessage = true;
        Add(NoticeCount);
    }

    /// <summary>The driver is gone: ends the link.</summary>
    internal void EndPeer()
    {
        _peerGone = true;
        Add(NoticeCount);
    }

    /// <summary>Waits until the link has ended and touches the rings no more.</summary>
    /// <returns><see langword="false"/> when it did not in time.</returns>
    internal bool WaitUntilReleased(TimeSpan timeout) => _released.Wait(timeout);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _own.Dispose();
            foreach (SafeFileHandle? kick in _kicks)
            {
                kick?.Dispose();
            }

            _released.Set();
        }
    }

    private void Add(ulong count)
    {
        try
        {
            if (!_disposed)
            {
                _ = _own.TryAdd(count);
            }
        }
        catch (ObjectDisposedException)
        {
            // Disposed in between: nobody waits any more.
        }
    }

    private DoorbellEvents Look(TimeSpan timeout)
    {
        // SAFETY: only this thread, which disposes the doorbell after its last wait, uses these descriptors' numbers.
        PollDescriptor* poll = stackalloc PollDescriptor[MaxSlots];
        poll[OwnSlot] = new() { Descriptor = (int)_own.Handle.DangerousGetHandle(), Events = Interop.POLLIN };
        int count = FirstKickSlot;
        int* queues = stackalloc int[MaxSlots];
        for (int index = 0; index < _kicks.Length; index++)
        {
            if (_kicks[index] is { } kick)
            {
                queues[count] = index;
                poll[count++] = new() { Descriptor = (int)kick.DangerousGetHandle(), Events = Interop.POLLIN };
            }
        }

        DoorbellEvents events = DoorbellEvents.None;
        if (DescriptorPoll.Wait(poll, count, timeout) > 0)
        {
            if (poll[OwnSlot].Returned != 0)
            {
                _ = EventFd.TakeCount(poll[OwnSlot].Descriptor);
            }

            for (int slot = FirstKickSlot; slot < count; slot++)
            {
                if (poll[slot].Returned != 0)
                {
                    events |= DoorbellEvents.Kicked;
                    TakeKick(queues[slot], poll[slot].Descriptor);
                }
            }
        }

        if (_kickedByMessage)
        {
            _kickedByMessage = false;
            events |= DoorbellEvents.Kicked;
        }

        return _peerGone ? events | DoorbellEvents.PeerGone : events;
    }

    private void TakeKick(int queue, int descriptor)
    {
        if (KickDescriptor.TryTake(descriptor))
        {
            return;
        }

        // It would end each wait from now on.
        _kicks[queue]!.Dispose();
        _kicks[queue] = null;
        _fail(new VhostUserException(VhostUserFault.BadDescriptor, $"The kick descriptor of queue {queue} cannot be "
            + "read any more: the front end closed its end. Keep it open until GET_VRING_BASE."));
    }
}
