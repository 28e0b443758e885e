// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware.Devices;

/// <summary>Arm's PrimeCell UART (PL011), as a doorbell.</summary>
/// <param name="address">Address of its first register.</param>
public readonly unsafe struct Pl011(nuint address)
{
    private const uint ReceiveEmpty = 1 << 4;
    private const uint TransmitFull = 1 << 5;
    private const uint ReceiveInterrupt = 1 << 4;

    // UARTEN, TXE, RXE.
    private const uint Enable = 0x301;

    // 8 bits, no queue: each byte interrupts.
    private const uint LineControlValue = 0x60;

    // SAFETY of these: the registers are where a board's author says they are (DDI 0183, section 3.2).
    private Register32* Data => Register32.At(address);

    private Register32* Flags => Register32.At(address + 0x18);

    private Register32* LineControl => Register32.At(address + 0x2c);

    private Register32* Control => Register32.At(address + 0x30);

    private Register32* InterruptMask => Register32.At(address + 0x38);

    private Register32* InterruptClear => Register32.At(address + 0x44);

    /// <summary>Enables both directions and the interrupt of received bytes. The line's speed stays as it is.</summary>
    public void Start()
    {
        LineControl->Write(LineControlValue);
        InterruptMask->Write(ReceiveInterrupt);
        Control->Write(Enable);
    }

    /// <summary>Sends a byte, waiting for room.</summary>
    /// <param name="value">The byte.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // Waits for a line: a call is nothing beside it.
    public void Write(byte value)
    {
        while ((Flags->Read() & TransmitFull) != 0)
        {
            // Room comes as fast as the line is.
        }

        Data->Write(value);
    }

    /// <summary>Throws away what was received and takes the interrupt back.</summary>
    public void Drain()
    {
        // First, or a byte that arrives between the last read and this would be acknowledged unread.
        InterruptClear->Write(ReceiveInterrupt);
        while ((Flags->Read() & ReceiveEmpty) == 0)
        {
            _ = Data->Read();
        }
    }
}
