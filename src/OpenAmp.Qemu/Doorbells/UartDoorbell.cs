// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Qemu;

/// <summary>The doorbell of one virtio device of a board. All devices of a board share its UART.</summary>
/// <remarks>A ring of the board and a wake are both rings of one counter of the kernel; bits tell which it was.
/// </remarks>
internal sealed class UartDoorbell(bool allowsSuppression) : LinkDoorbell
{
    private const int Rung = 1;
    private const int Woken = 2;
    private const int Gone = 4;
    private const int Asleep = 8;

    private readonly EventFd _counter = new();
    private int _state;
    private volatile UartSocket? _uart;

    public override bool AllowsSuppression => allowsSuppression;

    /// <summary>The run has a machine: kicks go there.</summary>
    internal void Connect(UartSocket uart) => _uart = uart;

    /// <summary>The board rang.</summary>
    internal void BoardRang() => Raise(Rung);

    /// <summary>The run is over.</summary>
    internal void BoardGone()
    {
        _uart = null;
        Raise(Gone);
    }

    public override void Kick(uint notifyId) => _uart?.Ring();

    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_counter.Handle.IsClosed, this);
        long start = timeout > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            // Who finds nothing sleeps; who comes after that sees that somebody does.
            if (left != TimeSpan.Zero && Interlocked.CompareExchange(ref _state, Asleep, 0) == 0)
            {
                _ = _counter.Wait(left);
            }

            int state = Take();
            if (state != 0 || left == TimeSpan.Zero)
            {
                return ToEvents(state);
            }

            if (timeout > TimeSpan.Zero)
            {
                left = timeout - Stopwatch.GetElapsedTime(start);
                left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    public override void Wake() => Raise(Woken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _uart = null;
            _counter.Dispose();
        }
    }

    private static DoorbellEvents ToEvents(int state)
        => ((state & Rung) != 0 ? DoorbellEvents.Kicked : DoorbellEvents.None)
            | ((state & Woken) != 0 ? DoorbellEvents.Woken : DoorbellEvents.None)
            | ((state & Gone) != 0 ? DoorbellEvents.PeerGone : DoorbellEvents.None);

    /// <summary>Takes what is pending and is awake. That the board is gone stays.</summary>
    private int Take() => Interlocked.And(ref _state, Gone) & ~Asleep;

    private void Raise(int bit)
    {
        // Only who finds a sleeper has to ring it.
        if ((Interlocked.Or(ref _state, bit) & Asleep) == 0 || _counter.Handle.IsClosed)
        {
            return;
        }

        try
        {
            _counter.Signal();
        }
        catch (ObjectDisposedException)
        {
            // Disposed in between: nobody waits any more.
        }
    }
}
