// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>What interrupts leave for the thread that sleeps.</summary>
public static class Wakeup
{
    private static volatile bool s_isWanted;
    private static volatile uint s_ticks;

    /// <summary>Ticks so far, modulo 2^32.</summary>
    public static uint Ticks => s_ticks;

    /// <summary>Called by an interrupt's handler: ends the sleep, or the next one before it begins.</summary>
    public static void Wake() => s_isWanted = true;

    /// <summary>Called by the tick's handler.</summary>
    public static void Tick()
    {
        s_ticks = unchecked(s_ticks + 1);
        Wake();
    }

    /// <summary>Sleeps until an interrupt's handler has called <see cref="Wake"/>, or has done so since the last
    /// sleep.</summary>
    public static void Sleep()
    {
        // Between this look and the sleep no handler runs; an interrupt that comes there ends the sleep all the same.
        Processor.MaskInterrupts();
        if (!s_isWanted)
        {
            Processor.WaitForInterrupt();
        }

        s_isWanted = false;
        Processor.UnmaskInterrupts();
    }
}
