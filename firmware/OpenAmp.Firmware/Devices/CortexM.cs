// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.Devices;

/// <summary>What the boards with a Cortex-M have in common.</summary>
public static class CortexM
{
    /// <summary>See <see cref="IBoard.RegisterNames"/>.</summary>
    public static ReadOnlySpan<byte> RegisterNames => "r0-r12 sp lr pc xpsr:\n"u8;

    /// <summary>See <see cref="IBoard.CauseNames"/>.</summary>
    public static ReadOnlySpan<byte> CauseNames
        => "\u0001index out of range\u0002divide by zero\u0003overflow\u0004null reference\u0005\u0006runtime"u8
            + "\u0007stack overflow\u0010HardFault\u0011MemManage\u0012BusFault\u0013UsageFault\u0014NMI"u8
            + "\u0015SecureFault\u001Dunexpected interrupt"u8;

    /// <summary>Makes a doorbell of a UART.</summary>
    /// <param name="uart">The UART.</param>
    /// <param name="interrupt">Number of its interrupt for received bytes.</param>
    public static void Start(CmsdkUart uart, uint interrupt)
    {
        uart.Start();
        Nvic.Enable(interrupt);
    }

    /// <summary>Deals with the doorbell's interrupt and with the tick.</summary>
    /// <param name="uart">The UART that is the doorbell.</param>
    /// <param name="interrupt">Number of its interrupt for received bytes.</param>
    /// <returns>See <see cref="IBoard.OnInterrupt"/>.</returns>
    public static int OnInterrupt(CmsdkUart uart, uint interrupt)
    {
        int number = Nvic.Active();
        if (number == (int)interrupt)
        {
            uart.Drain();
            Wakeup.Wake();
            return -1;
        }

        if (number == Nvic.SysTick)
        {
            Wakeup.Tick();
        }

        return number;
    }
}
