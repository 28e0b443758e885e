// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.Devices;

/// <summary>What the boards with a Cortex-A or -R have in common.</summary>
public static class CortexA
{
    private const uint VirtualTimerInterrupt = 27;

    /// <summary>See <see cref="IBoard.CauseNames"/>: of the 32-bit cores.</summary>
    public static ReadOnlySpan<byte> CauseNames32
        => "\u0001index out of range\u0002divide by zero\u0003overflow\u0004null reference\u0005\u0006runtime"u8
            + "\u0007stack overflow\u0018undefined instruction\u0019prefetch abort\u001Adata abort"u8
            + "\u001Dunexpected interrupt"u8;

    /// <summary>See <see cref="IBoard.CauseNames"/>: of the 64-bit cores.</summary>
    public static ReadOnlySpan<byte> CauseNames64
        => "\u0001index out of range\u0002divide by zero\u0003overflow\u0004null reference\u0005\u0006runtime"u8
            + "\u0007stack overflow\u001BSError\u001Csynchronous exception\u001Dunexpected interrupt"u8;

    /// <summary>See <see cref="IBoard.RegisterNames"/>: of the 32-bit cores.</summary>
    public static ReadOnlySpan<byte> RegisterNames32 => "r0-r12 sp lr pc cpsr:\n"u8;

    /// <summary>See <see cref="IBoard.RegisterNames"/>: of the 64-bit cores.</summary>
    public static ReadOnlySpan<byte> RegisterNames64 => "x0-x30 sp pc pstate:\n"u8;

    /// <summary>Makes a doorbell of a UART, and lets the tick's interrupt through as well.</summary>
    /// <param name="gic">The interrupt controller.</param>
    /// <param name="uart">The UART.</param>
    /// <param name="interrupt">Number of its interrupt.</param>
    public static void Start(GicV2 gic, Pl011 uart, uint interrupt)
    {
        uart.Start();
        gic.Start();
        gic.Enable(interrupt);
        gic.Enable(VirtualTimerInterrupt);
    }

    /// <summary>Deals with the doorbell's interrupt and with the tick.</summary>
    /// <param name="gic">The interrupt controller.</param>
    /// <param name="uart">The UART that is the doorbell.</param>
    /// <param name="interrupt">Number of its interrupt.</param>
    /// <returns>See <see cref="IBoard.OnInterrupt"/>.</returns>
    public static int OnInterrupt(GicV2 gic, Pl011 uart, uint interrupt)
    {
        uint number = gic.Acknowledge();
        if (number >= GicV2.Spurious)
        {
            return -1;
        }

        int unknown = -1;
        if (number == interrupt)
        {
            uart.Drain();
            Wakeup.Wake();
        }
        else if (number == VirtualTimerInterrupt)
        {
            GenericTimer.Tick();
        }
        else
        {
            unknown = (int)number;
        }

        // Before an application's own handler runs: interrupts stay masked until it returns, so none is taken twice.
        gic.End(number);
        return unknown;
    }
}
