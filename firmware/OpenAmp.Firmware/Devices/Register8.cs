// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>An 8-bit register of a device, or a byte that somebody else writes.</summary>
/// <remarks>Each access is exactly one load or store, in program order with all others: reads acquire, writes release.
/// </remarks>
public struct Register8
{
    private volatile byte _value;

    /// <summary>Reads the register.</summary>
    /// <returns>Its value.</returns>
    public readonly byte Read() => _value;

    /// <summary>Writes the register.</summary>
    /// <param name="value">Its new value.</param>
    public void Write(byte value) => _value = value;

}
