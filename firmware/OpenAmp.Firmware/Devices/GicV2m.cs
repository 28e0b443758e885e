// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>The message-signalled interrupts of a GICv2m frame: a device writes an interrupt's number to it.</summary>
/// <param name="address">Address of the frame's first register.</param>
public readonly unsafe struct GicV2m(nuint address)
{
    // SAFETY of these: the registers are where a board's author says they are (SBSA, appendix E: GICv2m).
    private uint Type => Register32.At(address + 8)->Read();

    /// <summary>The first interrupt's number (INTID).</summary>
    public uint FirstInterrupt => (Type >> 16) & 0x3ff;

    /// <summary>How many interrupts there are.</summary>
    public uint InterruptCount => Type & 0x3ff;

    /// <summary>Where a device writes an interrupt's number to.</summary>
    public nuint MessageAddress => address + 0x40;
}
