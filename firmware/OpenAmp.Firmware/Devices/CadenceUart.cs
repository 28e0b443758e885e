// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware.Devices;

/// <summary>The Cadence UART of ZynqMP, as a doorbell that is polled.</summary>
/// <param name="address">Address of its first register.</param>
public readonly unsafe struct CadenceUart(nuint address)
{
    private const uint ReceiveEmpty = 1 << 1;
    private const uint TransmitFull = 1 << 4;

    // Receiver and transmitter: reset both, enable both.
    private const uint Enable = 0x17;

    // SAFETY of these: the registers are where a board's author says they are (UG1087, UART module).
    private Register32* Control => Register32.At(address);

    private Register32* Status => Register32.At(address + 0x2c);

    private Register32* Queue => Register32.At(address + 0x30);

    /// <summary>Enables both directions. The line's speed and format stay as they are.</summary>
    public void Start() => Control->Write(Enable);

    /// <summary>Sends a byte, waiting for room.</summary>
    /// <param name="value">The byte.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // Waits for a line: a call is nothing beside it.
    public void Write(byte value)
    {
        while ((Status->Read() & TransmitFull) != 0)
        {
            // Room comes as fast as the line is.
        }

        Queue->Write(value);
    }

    /// <summary>Throws away what was received.</summary>
    public void Drain()
    {
        while ((Status->Read() & ReceiveEmpty) == 0)
        {
            _ = Queue->Read();
        }
    }
}
