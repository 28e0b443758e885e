// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware;

/// <summary>Numbers as people read them, for the trace.</summary>
public static class TraceText
{
    private const int MaxDigits = 10;

    /// <summary>Writes a number in decimal, and a text behind it.</summary>
    /// <param name="number">The number.</param>
    /// <param name="text">What follows it, in UTF-8.</param>
    public static void Write(uint number, ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        int first = MaxDigits;
        do
        {
            digits[--first] = (byte)('0' + (number % 10));
            number /= 10;
        }
        while (number != 0);

        FirmwareTrace.Write(digits[first..]);
        FirmwareTrace.Write(text);
    }
}
