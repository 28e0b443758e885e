// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;

namespace OpenAmp.Tool.Commands;

/// <summary>Reads numbers as people type addresses and lengths: decimal, hexadecimal after 0x, underscores between
/// digits, and for a length K, M or G behind.</summary>
internal static class NumberText
{
    public static bool TryParse(string text, out ulong value)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        return digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryParseLength(string text, out ulong value)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        bool isNumber = TryParse(shift == 0 ? text : text[..^1], out value) && value <= ulong.MaxValue >> shift;
        value <<= shift;
        return isNumber;
    }
}
