// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Firmware.Host;

/// <summary>The messages for the peer's echo: a number, and bytes that depend on it, of changing length.</summary>
internal static class Pings
{
    /// <summary>Length of the longest, in bytes.</summary>
    public const int MaxBytes = 496;

    private const uint LengthCount = MaxBytes - sizeof(uint) + 1;

    // Prime, so that all lengths come in turn.
    private const uint LengthStep = 7;

    /// <summary>Writes a message.</summary>
    /// <returns>As much of the room as it takes.</returns>
    public static Span<byte> Write(Span<byte> room, uint number)
    {
        Span<byte> message = room[..LengthOf(number)];
        BinaryPrimitives.WriteUInt32LittleEndian(message, number);
        for (int i = sizeof(uint); i < message.Length; i++)
        {
            message[i] = unchecked((byte)(number + (uint)i));
        }

        return message;
    }

    /// <summary>Whether an echo is, byte for byte, the message of that number.</summary>
    public static bool IsRight(ReadOnlySpan<byte> echo, uint number)
    {
        if (echo.Length != LengthOf(number) || BinaryPrimitives.ReadUInt32LittleEndian(echo) != number)
        {
            return false;
        }

        for (int i = sizeof(uint); i < echo.Length; i++)
        {
            if (echo[i] != unchecked((byte)(number + (uint)i)))
            {
                return false;
            }
        }

        return true;
    }

    private static int LengthOf(uint number) => sizeof(uint) + (int)(unchecked(number * LengthStep) % LengthCount);
}
