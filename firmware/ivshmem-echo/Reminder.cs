// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>Rings the peer again, for a while, until it has rung itself.</summary>
/// <remarks>QEMU ignores the doorbell of a machine until it has heard of the peer from the server, which a machine that
/// boots fast does not wait for and cannot ask. It can be interrupted only after that: so a ring behind the first
/// interrupt is not lost, and is the last one that is needed.</remarks>
internal struct Reminder
{
    // Two seconds of ticks.
    private const uint MaxRings = 100;

    // Written by the interrupt's handler.
    private static volatile bool s_isRung;

    private uint _ringCount;
    private uint _lastTick;

    /// <summary>A link begins.</summary>
    public static Reminder Begin()
    {
        s_isRung = false;
        return default;
    }

    /// <summary>Called by the handler of the peer's interrupt.</summary>
    public static void OnRung() => s_isRung = true;

    /// <summary>Rings at most once a tick.</summary>
    /// <param name="platform">Who rings.</param>
    public void Consider(in IvshmemPlatform<Board> platform)
    {
        uint tick = Board.Ticks;
        if (_ringCount < MaxRings && tick != _lastTick)
        {
            _lastTick = tick;
            _ringCount = s_isRung ? MaxRings : _ringCount + 1;
            platform.Notify(0);
        }
    }
}
