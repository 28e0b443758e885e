// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>A 32-bit register of a device, or a word that somebody else writes.</summary>
/// <remarks>Each access is exactly one load or store, in program order with all others: reads acquire, writes release.
/// </remarks>
public struct Register32
{
    private volatile uint _value;

    /// <summary>Reads the register.</summary>
    /// <returns>Its value.</returns>
    public readonly uint Read() => _value;

    /// <summary>Writes the register.</summary>
    /// <param name="value">Its new value.</param>
    public void Write(uint value) => _value = value;

    /// <summary>A register at an address.</summary>
    /// <param name="address">Its address, aligned to 4.</param>
    /// <returns>The register.</returns>
    /// <remarks>Safety: the address is a register's, and to access it does what the caller means.</remarks>
    public static unsafe Register32* At(nuint address) => (Register32*)address;
}
