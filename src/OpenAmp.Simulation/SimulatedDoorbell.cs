// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using OpenAmp.Rpmsg;

namespace OpenAmp.Simulation;

/// <summary>One end of a wire, as a link uses it. No handle of the system is behind it.</summary>
internal sealed class SimulatedDoorbell(SimulatedWire wire, SimulatedSide side, SimulatedHold hold) : LinkDoorbell
{
    // A monitor, and not a Lock: the link's thread waits in it.
    [SuppressMessage("Performance", "CA1823", Justification = "It is used below.")]
    private readonly object _gate = new();
    private DoorbellEvents _events;
    private bool _isPeerGone;

    // Only the firmware's end is held.
    private bool IsHeld => side == SimulatedSide.Remote && hold.IsHeld;

    public SimulatedSide Side => side;

    public override void Kick(uint notifyId)
    {
        if (side == SimulatedSide.Remote && hold.IsHeld)
        {
            hold.WhenReleased(() => wire.Ring(side));
            return;
        }

        wire.Ring(side);
    }

    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (IsHeld || (_events == DoorbellEvents.None && !_isPeerGone))
            {
                // A processor that is held does not notice that time passes.
                TimeSpan left = timeout == Timeout.InfiniteTimeSpan || IsHeld
                    ? Timeout.InfiniteTimeSpan
                    : timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
                {
                    break;
                }

                _ = Monitor.Wait(_gate, left);
            }

            DoorbellEvents events = _events | (_isPeerGone ? DoorbellEvents.PeerGone : DoorbellEvents.None);
            _events = DoorbellEvents.None;
            return events;
        }
    }

    public override void Wake() => Signal(DoorbellEvents.Woken);

    /// <summary>Something happened; or, with nothing, look again.</summary>
    public void Signal(DoorbellEvents what)
    {
        lock (_gate)
        {
            _isPeerGone |= what == DoorbellEvents.PeerGone;
            _events |= what;
            Monitor.PulseAll(_gate);
        }
    }

    protected override void Dispose(bool disposing) => wire.Close(this);
}
