// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>Arm's generic interrupt controller, version 2, with one processor.</summary>
/// <param name="distributor">Address of the distributor's first register.</param>
/// <param name="processor">Address of the CPU interface's first register.</param>
public readonly unsafe struct GicV2(nuint distributor, nuint processor)
{
    /// <summary>First of the numbers that <see cref="Acknowledge"/> gives when no interrupt waits.</summary>
    public const uint Spurious = 1020;

    // SAFETY of these: the registers are where a board's author says they are (IHI 0048, chapter 4).
    private Register32* Processor => Register32.At(processor);

    /// <summary>Enables the controller for interrupts of any priority.</summary>
    public void Start()
    {
        Register32.At(distributor)->Write(1);
        Processor[1].Write(0xff);
        Processor[0].Write(1);
    }

    /// <summary>Lets an interrupt through.</summary>
    /// <param name="number">Its number (INTID).</param>
    public void Enable(uint number)
    {
        // GICD_ITARGETSR, a byte an interrupt: this processor. GICD_ISENABLER, a bit an interrupt.
        ((Register8*)Register32.At(distributor + 0x800 + number))->Write(1);
        Register32.At(distributor + 0x100 + ((number >> 5) * 4))->Write(1u << (int)(number & 31));
    }

    /// <summary>Takes an interrupt for a pulse, as a message is, and not for a level.</summary>
    /// <param name="number">Its number (INTID).</param>
    public void SetEdge(uint number)
    {
        // GICD_ICFGR, two bits an interrupt, of which the upper one says edge.
        Register32* configuration = Register32.At(distributor + 0xc00 + ((number >> 4) * 4));
        configuration->Write(configuration->Read() | (2u << (int)((number & 15) * 2)));
    }

    /// <summary>Takes the most urgent interrupt that waits (GICC_IAR).</summary>
    /// <returns>Its number, to be given to <see cref="End"/>; from <see cref="Spurious"/> on there is none.</returns>
    public uint Acknowledge() => Processor[3].Read() & 0x3ff;

    /// <summary>Says that an interrupt was dealt with (GICC_EOIR).</summary>
    /// <param name="number">Its number.</param>
    public void End(uint number) => Processor[4].Write(number);
}
