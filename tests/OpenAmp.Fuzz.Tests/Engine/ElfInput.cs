// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Where the fields of an ELF file lie, for inputs that need not be one.</summary>
/// <remarks>Written from the format, not with the library that is tested.</remarks>
internal static class ElfInput
{
    // Offset and width of each field, as pairs.
    private static readonly byte[] s_header32
        = [16, 2, 18, 2, 20, 4, 24, 4, 28, 4, 32, 4, 36, 4, 40, 2, 42, 2, 44, 2, 46, 2, 48, 2, 50, 2, 4, 1, 5, 1, 6, 1];

    private static readonly byte[] s_header64
        = [16, 2, 18, 2, 20, 4, 24, 8, 32, 8, 40, 8, 48, 4, 52, 2, 54, 2, 56, 2, 58, 2, 60, 2, 62, 2, 4, 1, 5, 1, 6, 1];

    private static readonly byte[] s_segment32 = [0, 4, 4, 4, 8, 4, 12, 4, 16, 4, 20, 4, 24, 4, 28, 4];
    private static readonly byte[] s_segment64 = [0, 4, 4, 4, 8, 8, 16, 8, 24, 8, 32, 8, 40, 8, 48, 8];
    private static readonly byte[] s_section32 = [0, 4, 4, 4, 8, 4, 12, 4, 16, 4, 20, 4, 24, 4, 28, 4, 32, 4, 36, 4];
    private static readonly byte[] s_section64 = [0, 4, 4, 4, 8, 8, 16, 8, 24, 8, 32, 8, 40, 4, 44, 4, 48, 8, 56, 8];

    /// <summary>Picks a field of a header, a program header or a section header.</summary>
    /// <returns><see langword="false"/> when there is no ELF in it, or the field lies outside.</returns>
    public static bool TryPickField(ReadOnlySpan<byte> input, FuzzRandom random, out Range field, out bool isBigEndian)
    {
        field = default;
        isBigEndian = false;
        int start = input.IndexOf("\x7f"u8 + "ELF"u8);
        if (start < 0 || input.Length - start < 64)
        {
            return false;
        }

        ReadOnlySpan<byte> file = input[start..];
        bool is64 = file[4] == 2;
        isBigEndian = file[5] == 2;
        ulong at = 0;
        byte[] fields = is64 ? s_header64 : s_header32;
        switch (random.Below(3))
        {
            case 1:
                fields = is64 ? s_segment64 : s_segment32;
                at = EntryOf(file, random, is64 ? (32, 8, 56, 56) : (28, 4, 44, 32), isBigEndian);
                break;
            case 2:
                fields = is64 ? s_section64 : s_section32;
                at = EntryOf(file, random, is64 ? (40, 8, 60, 64) : (32, 4, 48, 40), isBigEndian);
                break;
        }

        int pick = 2 * random.Below(fields.Length / 2);
        at = unchecked(at + fields[pick]);
        if (at > (ulong)file.Length - fields[pick + 1])
        {
            return false;
        }

        field = new Range(start + (int)at, start + (int)at + fields[pick + 1]);
        return true;
    }

    public static ulong Read(ReadOnlySpan<byte> field, bool isBigEndian)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        field.CopyTo(wide);
        if (isBigEndian)
        {
            wide[..field.Length].Reverse();
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }

    public static void Write(Span<byte> field, ulong value, bool isBigEndian)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        wide[..field.Length].CopyTo(field);
        if (isBigEndian)
        {
            field.Reverse();
        }
    }

    private static ulong EntryOf(
        ReadOnlySpan<byte> file,
        FuzzRandom random,
        (int OffsetAt, int Width, int CountAt, int EntryBytes) table,
        bool isBigEndian)
    {
        ulong offset = Read(file.Slice(table.OffsetAt, table.Width), isBigEndian);
        ulong count = Read(file.Slice(table.CountAt, sizeof(ushort)), isBigEndian);
        int index = random.Below((int)Math.Clamp(count, 1, 16));
        return unchecked(offset + ((ulong)index * (ulong)table.EntryBytes));
    }
}
