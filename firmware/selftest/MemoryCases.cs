// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Copies, clears and fills at every alignment and many lengths, also where source and destination overlap.
/// </summary>
internal static class MemoryCases
{
    private const int Room = 96;
    private const int MaxLength = 37;
    private const int MaxShift = 8;

    public static void Run<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Copies(ref report);
        Overlaps(ref report);
        Fills(ref report);
        Slices(ref report);
    }

    // Each byte's place, so that a byte that came from elsewhere shows.
    private static void Number(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = unchecked((byte)((i * 7) + 1));
        }
    }

    private static uint CountWrong(ReadOnlySpan<byte> bytes, int to, int from, int length)
    {
        uint wrong = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            int source = i >= to && i < to + length ? i - to + from : i;
            wrong += bytes[i] == unchecked((byte)((source * 7) + 1)) ? 0u : 1u;
        }

        return wrong;
    }

    private static void Copies<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Span<byte> source = stackalloc byte[Room];
        Span<byte> target = stackalloc byte[Room];
        uint wrong = 0;
        for (int from = 0; from < MaxShift; from++)
        {
            for (int to = 0; to < MaxShift; to++)
            {
                for (int length = 0; length <= MaxLength; length++)
                {
                    Number(source);
                    target.Clear();
                    source.Slice(from, length).CopyTo(target[to..]);
                    for (int i = 0; i < Room; i++)
                    {
                        byte expected = i >= to && i < to + length ? source[from + i - to] : (byte)0;
                        wrong += target[i] == expected ? 0u : 1u;
                    }
                }
            }
        }

        report.Check("copy at every alignment"u8, 0, wrong);
    }

    private static void Overlaps<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Span<byte> bytes = stackalloc byte[Room];
        uint wrong = 0;
        for (int from = 0; from < MaxShift * 2; from++)
        {
            for (int to = 0; to < MaxShift * 2; to++)
            {
                for (int length = 0; length <= MaxLength; length += 3)
                {
                    Number(bytes);
                    bytes.Slice(from, length).CopyTo(bytes[to..]);
                    wrong += CountWrong(bytes, to, from, length);
                }
            }
        }

        report.Check("overlapping copy at every distance"u8, 0, wrong);
    }

    private static void Fills<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Span<byte> bytes = stackalloc byte[Room];
        uint wrong = 0;
        for (int start = 0; start < MaxShift; start++)
        {
            for (int length = 0; length <= MaxLength; length++)
            {
                Number(bytes);
                bytes.Slice(start, length).Clear();
                wrong += CountOther(bytes, start, length, 0);
                Number(bytes);
                bytes.Slice(start, length).Fill(0xA5);
                wrong += CountOther(bytes, start, length, 0xA5);
            }
        }

        report.Check("clear and fill at every alignment"u8, 0, wrong);
    }

    private static uint CountOther(ReadOnlySpan<byte> bytes, int start, int length, byte value)
    {
        uint wrong = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte expected = i >= start && i < start + length ? value : unchecked((byte)((i * 7) + 1));
            wrong += bytes[i] == expected ? 0u : 1u;
        }

        return wrong;
    }

    private static void Slices<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Span<uint> words = stackalloc uint[4];
        words[0] = 0x0403_0201;
        words[3] = 0xFFEE_DDCC;
        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        report.Check("bytes of words"u8, 16, (ulong)bytes.Length);
        report.Check("byte of a word"u8, 0x02, bytes[1]);
        report.Check("end of a slice"u8, 0xFF, bytes[^1]);
        report.Check("length of a slice"u8, 5, (ulong)bytes[3..8].Length);
        report.Check("empty slice"u8, 1, bytes[16..].IsEmpty ? 1u : 0u);
        report.Check("copy that does not fit"u8, 0, bytes.TryCopyTo(bytes[1..]) ? 1u : 0u);
        ReadOnlySpan<byte> text = "echo"u8;
        report.Check("equal texts"u8, 1, text.SequenceEqual("echo"u8) ? 1u : 0u);
        report.Check("other text"u8, 0, text.SequenceEqual("ecHo"u8) ? 1u : 0u);
        report.Check("table of constants"u8, 65537, Table[Opaque.Of(2)]);
    }

    private static ReadOnlySpan<uint> Table => [1, 257, 65537];
}
