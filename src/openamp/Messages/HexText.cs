// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;

namespace OpenAmp.Tool.Messages;

/// <summary>Bytes as people type them in hexadecimal: pairs of digits, with blanks, colons, commas or nothing between,
/// and 0x before the first if they like.</summary>
internal static class HexText
{
    /// <summary>Reads them.</summary>
    /// <returns>False when there is a character that does not belong, or half a pair.</returns>
    public static bool TryParse(string text, out byte[] bytes)
    {
        string digits = new([.. text.Split(' ', ':', ',', '\t', '\n', '\r').SelectMany(
            part => part.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? part[2..] : part)]);
        bool isHex = digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit);
        bytes = isHex ? Convert.FromHexString(digits) : [];
        return isHex;
    }
}
