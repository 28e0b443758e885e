// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>A TLV that a signer adds for the platform that will load the firmware.</summary>
/// <param name="Type">Its type, from 0x10000 up to but not including 0x20000.</param>
/// <param name="Value">Its value.</param>
public readonly record struct FirmwarePlatformTlv(uint Type, ReadOnlyMemory<byte> Value)
{
    /// <summary>Reads the two words of a command line as the upstream script does.</summary>
    /// <param name="type">The type: decimal, or hexadecimal after "0x".</param>
    /// <param name="value">After "0x" a number that becomes 4 bytes, little-endian; anything else becomes
    /// UTF-8.</param>
    /// <exception cref="FormatException">The type is no number of the platform's range, or the value has "0x" and is no
    /// number of 32 bits.</exception>
    public static FirmwarePlatformTlv Parse(string type, string value)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(value);
        uint number = ParseNumber(type);
        if (!new FirmwareTlv((FirmwareTlvType)number, 0, default).IsPlatform)
        {
            throw new FormatException(
                $"Platform TLV {type}: the platform's types are 0x10000 to 0x1ffff.");
        }

        if (!value.StartsWith("0x", StringComparison.Ordinal))
        {
            return new FirmwarePlatformTlv(number, Encoding.UTF8.GetBytes(value));
        }

        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, ParseNumber(value));
        return new FirmwarePlatformTlv(number, bytes);
    }

    private static uint ParseNumber(string text)
    {
        bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (uint.TryParse(
            isHexadecimal ? text.AsSpan(2) : text,
            isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out uint number))
        {
            return number;
        }

        throw new FormatException($"\"{text}\" is no number of 32 bits, such as 0x10001.");
    }
}
