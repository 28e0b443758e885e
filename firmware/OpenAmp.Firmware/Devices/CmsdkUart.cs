// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware.Devices;

/// <summary>The UART of Arm's Cortex-M System Design Kit (CMSDK APB UART), as a doorbell.</summary>
/// <param name="address">Address of its first register.</param>
public readonly unsafe struct CmsdkUart(nuint address)
{
    private const uint TransmitFull = 1;
    private const uint ReceiveFull = 2;
    private const uint ReceiveInterrupt = 2;

    // TXEN, RXEN, RXINTEN.
    private const uint Enable = 0x0b;

    // SAFETY of these: the registers are where a board's author says they are (CMSDK APB UART, section 4.3).
    private Register32* Data => Register32.At(address);

    private Register32* State => Register32.At(address + 4);

    private Register32* Control => Register32.At(address + 8);

    private Register32* InterruptClear => Register32.At(address + 0xc);

    private Register32* BaudDivider => Register32.At(address + 0x10);

    /// <summary>Enables both directions and the interrupt of received bytes.</summary>
    public void Start()
    {
        BaudDivider->Write(16);
        Control->Write(Enable);

        // QEMU does not look again at what waits in the socket when reception is enabled, but when data is read.
        _ = Data->Read();
    }

    /// <summary>Sends a byte, waiting for room.</summary>
    /// <param name="value">The byte.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(byte value)
    {
        while ((State->Read() & TransmitFull) != 0)
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
        while ((State->Read() & ReceiveFull) != 0)
        {
            _ = Data->Read();
        }
    }

    /// <summary>Takes what was received, as <see cref="Drain"/> does, and looks for a byte in it.</summary>
    /// <param name="value">The byte.</param>
    /// <returns>Whether it was there.</returns>
    public bool DrainAndFind(byte value)
    {
        bool isThere = false;
        InterruptClear->Write(ReceiveInterrupt);
        while ((State->Read() & ReceiveFull) != 0)
        {
            isThere |= (byte)Data->Read() == value;
        }

        return isThere;
    }

    /// <summary>Reads a register, which an emulator cannot do without a fence.</summary>
    public void Touch() => _ = State->Read();
}
