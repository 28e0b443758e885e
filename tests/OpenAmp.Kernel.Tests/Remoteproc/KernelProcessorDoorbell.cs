// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>The firmware's end of one virtio device's doorbell; the other end is the kernel.</summary>
internal sealed class KernelProcessorDoorbell(Action<uint> kickHost) : LinkDoorbell
{
    // A monitor, and not a Lock: the link's thread waits in it.
    private readonly object _gate = new();
    private DoorbellEvents _events;
    private bool _isPeerGone;

    public override void Kick(uint notifyId) => kickHost(notifyId);

    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_events == DoorbellEvents.None && !_isPeerGone)
            {
                TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout
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

    /// <summary>Something happened at the other end.</summary>
    internal void Signal(DoorbellEvents what)
    {
        lock (_gate)
        {
            _isPeerGone |= what == DoorbellEvents.PeerGone;
            _events |= what;
            Monitor.PulseAll(_gate);
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing of the system is behind it.
    }
}
