// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Tool.Messages;

/// <summary>The bytes of pings: each differs from the one before in every byte, and tells its number in its first four,
/// little-endian, as far as it is that long.</summary>
internal static class PingPattern
{
    private const int NumberBytes = sizeof(uint);
    private const int Step = 7;

    /// <summary>Writes the ping of a number.</summary>
    public static void Fill(Span<byte> ping, long number)
    {
        for (int i = 0; i < ping.Length; i++)
        {
            ping[i] = unchecked((byte)(number + (i * Step)));
        }

        Span<byte> head = stackalloc byte[NumberBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, unchecked((uint)number));
        head[..Math.Min(NumberBytes, ping.Length)].CopyTo(ping);
    }

    /// <summary>Whether an answer has the length and the number of a ping, right or wrong in the rest.</summary>
    public static bool IsAnswerTo(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> ping)
        => answer.Length == ping.Length && ping.Length > NumberBytes
            && answer[..NumberBytes].SequenceEqual(ping[..NumberBytes]);
}
