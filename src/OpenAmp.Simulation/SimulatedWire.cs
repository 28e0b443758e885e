// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using OpenAmp.Rpmsg;

namespace OpenAmp.Simulation;

/// <summary>The wire between the two ends of one virtio device: each end may be opened, closed and opened again.
/// </summary>
/// <remarks>What is rung while nobody has the other end open is kept for who opens it. Closing the host's end is seen
/// at the other; closing the firmware's is not, because a processor does not vanish when its program closes a link:
/// <see cref="Cut"/> says that it did.</remarks>
internal sealed class SimulatedWire
{
    private readonly Lock _lock = new();
    private readonly SimulatedDoorbell?[] _ends = new SimulatedDoorbell?[2];
    private readonly bool[] _isRung = new bool[2];
    private bool _isCut;

    public SimulatedDoorbell Open(SimulatedSide side, SimulatedHold hold)
    {
        var end = new SimulatedDoorbell(this, side, hold);
        lock (_lock)
        {
            _ends[(int)side] = end;
            if (_isRung[(int)side])
            {
                _isRung[(int)side] = false;
                end.Signal(DoorbellEvents.Kicked);
            }

            if (_isCut)
            {
                end.Signal(DoorbellEvents.PeerGone);
            }
        }

        return end;
    }

    /// <summary>Rings the other end.</summary>
    public void Ring(SimulatedSide from)
    {
        lock (_lock)
        {
            int to = 1 - (int)from;
            if (_ends[to] is { } end)
            {
                end.Signal(DoorbellEvents.Kicked);
            }
            else
            {
                _isRung[to] = true;
            }
        }
    }

    public void Close(SimulatedDoorbell closed)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_ends[(int)closed.Side], closed))
            {
                return;
            }

            _ends[(int)closed.Side] = null;
            _isRung[(int)closed.Side] = false;
            if (closed.Side == SimulatedSide.Host)
            {
                _ends[(int)SimulatedSide.Remote]?.Signal(DoorbellEvents.PeerGone);
            }
        }
    }

    /// <summary>The processor is gone: both ends learn it, now or when they are opened.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            foreach (SimulatedDoorbell? end in _ends)
            {
                end?.Signal(DoorbellEvents.PeerGone);
            }
        }
    }

    /// <summary>Makes who waits look again whether it is held.</summary>
    public void LookAgain()
    {
        lock (_lock)
        {
            foreach (SimulatedDoorbell? end in _ends)
            {
                end?.Signal(DoorbellEvents.None);
            }
        }
    }
}
