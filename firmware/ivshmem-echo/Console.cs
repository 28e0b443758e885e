// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>Text on the board's UART, which is no doorbell here.</summary>
internal static class Console
{
    private const uint Ten = 10;

    public static void Write(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            Board.Ring(text[i]);
        }
    }

    public static void Write(uint number)
    {
        uint divisor = 1;
        while (number / divisor >= Ten)
        {
            divisor *= Ten;
        }

        for (; divisor != 0; divisor /= Ten)
        {
            Board.Ring((byte)('0' + (number / divisor % Ten)));
        }
    }
}
