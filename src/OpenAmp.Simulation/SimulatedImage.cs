// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Text;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>Makes images that a simulated processor runs: real bytes, loaded as any firmware is.</summary>
/// <remarks>At the entry point stands, instead of instructions, a mark and the name of the C# program: a processor
/// whose memory was not loaded right does not find it, and does not start.</remarks>
public static class SimulatedImage
{
    /// <summary>Where the resource table stands, in bytes from the image's first byte in memory.</summary>
    public const int TableOffsetBytes = 0x100;

    private const int SegmentOffsetBytes = 0x100;
    private const int MaxNameBytes = 200;

    /// <summary>What a simulated processor looks for at its entry point.</summary>
    internal static ReadOnlySpan<byte> Mark => "OpenAMP simulated firmware:"u8;

    /// <summary>Makes an ELF executable: one segment, with the section <c>.resource_table</c> in it.</summary>
    /// <param name="options">What it holds.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The name is empty or longer than 200 bytes.</exception>
    public static byte[] ToElf(SimulatedImageOptions options)
    {
        byte[] segment = ToRaw(options);
        bool isWide = options.Class == ElfClass.Elf64;
        int namesAt = SegmentOffsetBytes + segment.Length;
        int sectionsAt = (namesAt + SectionNames.Length + 7) & ~7;
        int sectionBytes = isWide ? 64 : 40;
        int sectionCount = options.ResourceTable.IsEmpty ? 2 : 3;
        byte[] file = new byte[sectionsAt + (sectionCount * sectionBytes)];
        segment.CopyTo(file, SegmentOffsetBytes);
        SectionNames.CopyTo(file.AsSpan(namesAt));
        var fields = new Fields(isWide);
        WriteHeader(fields, file, options, sectionsAt, sectionCount);
        WriteSegment(fields, file, options, segment.Length);
        Span<byte> sections = file.AsSpan(sectionsAt);
        fields.Section(sections[sectionBytes..], 1, 3, 0, 0, namesAt, SectionNames.Length);
        if (!options.ResourceTable.IsEmpty)
        {
            fields.Section(
                sections[(2 * sectionBytes)..],
                NameOfTableAt,
                1,
                3,
                options.Address.Value + TableOffsetBytes,
                SegmentOffsetBytes + TableOffsetBytes,
                options.ResourceTable.Length);
        }

        return file;
    }

    /// <summary>Makes a raw image, for <see cref="RawFirmwareFormat"/>: the table stands at
    /// <see cref="TableOffsetBytes"/>.</summary>
    /// <param name="options">What it holds.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The name is empty or longer than 200 bytes.</exception>
    public static byte[] ToRaw(SimulatedImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FirmwareName, nameof(options));
        byte[] name = Encoding.UTF8.GetBytes(options.FirmwareName);
        if (name.Length > MaxNameBytes)
        {
            throw new ArgumentException(
                $"A firmware's name has at most {MaxNameBytes} bytes, not {name.Length}.", nameof(options));
        }

        ReadOnlyMemory<byte> table = options.ResourceTable;
        int contentAt = (TableOffsetBytes + table.Length + 15) & ~15;
        byte[] image = new byte[contentAt + options.Content.Length];
        Mark.CopyTo(image);
        name.CopyTo(image, Mark.Length);
        table.Span.CopyTo(image.AsSpan(TableOffsetBytes));
        options.Content.Span.CopyTo(image.AsSpan(contentAt));
        return image;
    }

    /// <summary>Reads the name at an entry point.</summary>
    internal static unsafe string? FindName(MemoryMap memory, DeviceAddress entry)
    {
        if (!memory.TryTranslate(entry, TableOffsetBytes, out SharedRegion head))
        {
            return null;
        }

        // SAFETY: the map vouches for these bytes.
        var bytes = new ReadOnlySpan<byte>(head.Start, TableOffsetBytes);
        if (!bytes.StartsWith(Mark))
        {
            return null;
        }

        ReadOnlySpan<byte> name = bytes[Mark.Length..];
        int end = name.IndexOf((byte)0);
        return end <= 0 ? null : Encoding.UTF8.GetString(name[..end]);
    }

    private const int NameOfTableAt = 11;

    private static ReadOnlySpan<byte> SectionNames => "\0.shstrtab\0.resource_table\0"u8;

    private static void WriteHeader(
        Fields fields,
        Span<byte> file,
        SimulatedImageOptions options,
        int sectionsAt,
        int sectionCount)
    {
        bool isWide = fields.IsWide;
        "\x7f"u8.CopyTo(file);
        "ELF"u8.CopyTo(file[1..]);
        file[4] = (byte)options.Class;
        file[5] = (byte)ElfByteOrder.LittleEndian;
        file[6] = 1;
        Fields.Half(file[16..], (int)ElfType.Executable);
        Fields.Half(file[18..], (int)options.Machine);
        Fields.Word(file[20..], 1);
        fields.Native(file[24..], options.Address.Value);
        fields.Native(file[(isWide ? 32 : 28)..], (ulong)(isWide ? 64 : 52));
        fields.Native(file[(isWide ? 40 : 32)..], (ulong)sectionsAt);
        Span<byte> sizes = file[(isWide ? 52 : 40)..];
        Fields.Half(sizes, isWide ? 64 : 52);
        Fields.Half(sizes[2..], isWide ? 56 : 32);
        Fields.Half(sizes[4..], 1);
        Fields.Half(sizes[6..], isWide ? 64 : 40);
        Fields.Half(sizes[8..], sectionCount);
        Fields.Half(sizes[10..], 1);
    }

    private static void WriteSegment(Fields fields, Span<byte> file, SimulatedImageOptions options, int fileBytes)
    {
        bool isWide = fields.IsWide;
        Span<byte> segment = file[(isWide ? 64 : 52)..];
        Fields.Word(segment, 1);
        Fields.Word(segment[(isWide ? 4 : 24)..], 7);
        fields.Native(segment[(isWide ? 8 : 4)..], SegmentOffsetBytes);
        fields.Native(segment[(isWide ? 16 : 8)..], options.Address.Value);
        fields.Native(segment[(isWide ? 24 : 12)..], options.Address.Value);
        fields.Native(segment[(isWide ? 32 : 16)..], (ulong)fileBytes);
        fields.Native(segment[(isWide ? 40 : 20)..], Math.Max((ulong)fileBytes, options.MemoryBytes));
        fields.Native(segment[(isWide ? 48 : 28)..], 16);
    }

    /// <summary>Writes fields whose width is the class's.</summary>
    private readonly struct Fields(bool isWide)
    {
        public bool IsWide => isWide;

        public static void Half(Span<byte> place, int value)
            => BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value);

        public static void Word(Span<byte> place, uint value)
            => BinaryPrimitives.WriteUInt32LittleEndian(place, value);

        public void Native(Span<byte> place, ulong value)
        {
            if (isWide)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(place, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(place, checked((uint)value));
            }
        }

        public void Section(
            Span<byte> place,
            uint nameAt,
            uint type,
            ulong flags,
            ulong address,
            int offsetBytes,
            int lengthBytes)
        {
            Word(place, nameAt);
            Word(place[4..], type);
            Native(place[8..], flags);
            Native(place[(isWide ? 16 : 12)..], address);
            Native(place[(isWide ? 24 : 16)..], (ulong)offsetBytes);
            Native(place[(isWide ? 32 : 20)..], (ulong)lengthBytes);
            Native(place[(isWide ? 48 : 32)..], 1);
        }
    }
}
