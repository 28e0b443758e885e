// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>One end of a pair of doorbells in memory. Kicks that come before a wait are seen as one.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "The peer's end is the peer's to dispose.")]
internal sealed class TestDoorbell : LinkDoorbell
{
    private readonly object _gate = new();
    private TestDoorbell? _peer;
    private DoorbellEvents _events;
    private bool _peerGone;
    private long _kickCount;
    private long _waitCount;
    private int _disposeCount;

    /// <summary>Kicks that this end sent, those that were dropped included.</summary>
    public long KickCount => Interlocked.Read(ref _kickCount);

    /// <summary>Calls of <see cref="Wait"/>.</summary>
    public long WaitCount => Interlocked.Read(ref _waitCount);

    public int DisposeCount => _disposeCount;

    /// <summary>Which kicks of this end get lost on their way, by notify id.</summary>
    public Func<uint, bool>? Drops { get; set; }

    public static (TestDoorbell First, TestDoorbell Second) CreatePair()
    {
        var first = new TestDoorbell();
        var second = new TestDoorbell { _peer = first };
        first._peer = second;
        return (first, second);
    }

    public override void Kick(uint notifyId)
    {
        Interlocked.Increment(ref _kickCount);
        if (Drops?.Invoke(notifyId) != true)
        {
            _peer!.Signal(DoorbellEvents.Kicked);
        }
    }

    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        Interlocked.Increment(ref _waitCount);
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_events == DoorbellEvents.None && !_peerGone)
            {
                TimeSpan left = timeout == Timeout.InfiniteTimeSpan
                    ? timeout
                    : timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
                {
                    break;
                }

                _ = Monitor.Wait(_gate, left);
            }

            // Like a socket at its end: once gone, each wait says so at once.
            DoorbellEvents events = _events | (_peerGone ? DoorbellEvents.PeerGone : DoorbellEvents.None);
            _events = DoorbellEvents.None;
            return events;
        }
    }

    public override void Wake() => Signal(DoorbellEvents.Woken);

    /// <summary>What the other end sees when this end's process dies.</summary>
    public void Kill() => _peer!.Signal(DoorbellEvents.PeerGone);

    protected override void Dispose(bool disposing)
    {
        Interlocked.Increment(ref _disposeCount);
        Kill();
    }

    private void Signal(DoorbellEvents what)
    {
        lock (_gate)
        {
            _peerGone |= what == DoorbellEvents.PeerGone;
            _events |= what;
            Monitor.PulseAll(_gate);
        }
    }
}
