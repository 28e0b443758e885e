// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>The interrupt controller and the tick of a Cortex-M.</summary>
public static unsafe class Nvic
{
    private const nuint SetEnable = 0xE000E100;
    private const nuint InterruptControl = 0xE000ED04;
    private const nuint SysTickControl = 0xE000E010;
    private const uint FirstExternal = 16;

    /// <summary>Number that <see cref="Active"/> gives for the system tick.</summary>
    public const int SysTick = -1;

    /// <summary>Lets an interrupt through.</summary>
    /// <param name="number">Its number, from 0.</param>
    // SAFETY: the set-enable registers (Armv7-M, B3.4.4), one bit an interrupt.
    public static void Enable(uint number)
        => Register32.At(SetEnable + ((number >> 5) * 4))->Write(1u << (int)(number & 31));

    /// <summary>The interrupt whose handler runs.</summary>
    /// <returns>Its number, from 0; <see cref="SysTick"/> for the tick.</returns>
    // SAFETY: ICSR, whose low 9 bits are the active exception.
    public static int Active() => (int)((Register32.At(InterruptControl)->Read() & 0x1ff) - FirstExternal);

    /// <summary>Starts the system tick.</summary>
    /// <param name="cycles">Processor cycles from tick to tick, below 2^24.</param>
    public static void StartTick(uint cycles)
    {
        // SAFETY: SYST_CSR, SYST_RVR and SYST_CVR. Processor clock, interrupt, enable.
        Register32* control = Register32.At(SysTickControl);
        control[1].Write(cycles - 1);
        control[2].Write(0);
        control->Write(7);
    }
}
