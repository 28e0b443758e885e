// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware.Devices;

/// <summary>The virtual timer of Arm's generic timer, as a tick.</summary>
public static class GenericTimer
{
    private const uint MillisecondsPerSecond = 1000;

    // Written before the timer is started, and read by its handler.
    private static uint s_period;

    /// <summary>Starts the tick.</summary>
    /// <param name="milliseconds">From tick to tick.</param>
    public static void Start(uint milliseconds)
    {
        s_period = Frequency() / MillisecondsPerSecond * milliseconds;
        StartIn(s_period);
    }

    /// <summary>Called by the tick's handler: takes the interrupt back until the next tick.</summary>
    public static void Tick()
    {
        Advance(s_period);
        Wakeup.Tick();
    }

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_timer_frequency")]
    private static extern uint Frequency();

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_timer_start")]
    private static extern void StartIn(uint cycles);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_timer_advance")]
    private static extern void Advance(uint cycles);
}
