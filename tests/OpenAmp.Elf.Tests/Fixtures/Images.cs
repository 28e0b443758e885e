// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>Images for tests: small ones, and random ones of a seed.</summary>
internal static class Images
{
    // Those whose names no version of readelf has changed.
    private static readonly ElfMachine[] s_machines =
    [
        ElfMachine.None, ElfMachine.X86, ElfMachine.PowerPc, ElfMachine.Arm, ElfMachine.X64, ElfMachine.Arm64,
        ElfMachine.RiscV,
    ];

    private static readonly ElfSegmentType[] s_segmentTypes =
    [
        ElfSegmentType.Load, ElfSegmentType.Load, ElfSegmentType.Load, ElfSegmentType.Note, ElfSegmentType.Null,
        ElfSegmentType.ThreadLocal, ElfSegmentType.GnuStack, ElfSegmentType.GnuReadOnlyAfterRelocation,
    ];

    private static readonly ElfSectionType[] s_sectionTypes =
    [
        ElfSectionType.ProgramBits, ElfSectionType.ProgramBits, ElfSectionType.NoBits, ElfSectionType.StringTable,
        ElfSectionType.InitArray, ElfSectionType.Hash,
    ];

    public static TheoryData<ElfClass, ElfByteOrder> Shapes => new()
    {
        { ElfClass.Elf32, ElfByteOrder.LittleEndian },
        { ElfClass.Elf32, ElfByteOrder.BigEndian },
        { ElfClass.Elf64, ElfByteOrder.LittleEndian },
        { ElfClass.Elf64, ElfByteOrder.BigEndian },
    };

    /// <summary>A firmware: two segments, a table inside the second, zeros behind it, a note, a comment.</summary>
    public static ElfBuilder Firmware(
        ElfClass elfClass = ElfClass.Elf32, ElfByteOrder byteOrder = ElfByteOrder.LittleEndian)
        => new ElfBuilder(elfClass, byteOrder)
            .AddLoad(0x1000, Bytes(24, 1))
            .AddLoad(0x2000, Bytes(48, 2), moreMemoryBytes: 100)
            .AddSegment(
                new() { Type = ElfSegmentType.Note, AlignmentBytes = 4 },
                new OpenAmpNote(0x2010, 16).ToBytes(byteOrder))
            .AddSectionIn(0, 0, 24, ".text")
            .AddSectionIn(1, 16, 16, ".resource_table")
            .AddSection(
                new() { Name = ".bss", Type = ElfSectionType.NoBits, Address = 0x2030, SizeBytes = 100 }, [])
            .AddNamed(".comment", Encoding.ASCII.GetBytes("made by hand\0"));

    /// <summary>An image of any shape.</summary>
    public static ElfBuilder Random(ulong seed)
    {
        Random random = new(unchecked((int)(seed ^ (seed >> 32))));
        ElfBuilder builder = new((ElfClass)random.Next(1, 3), (ElfByteOrder)random.Next(1, 3))
        {
            HasSections = random.Next(6) != 0,
            ExtendsCounts = random.Next(4) == 0,
            PaddingBytes = random.Next(3) * random.Next(9),
        };
        builder.Header = builder.Header with
        {
            Type = (ElfType)random.Next(0, 5),
            Machine = s_machines[random.Next(s_machines.Length)],
            EntryPoint = (uint)random.Next(),
            Flags = 0,
            OsAbiVersion = (byte)random.Next(4),
        };
        int segmentCount = random.Next(6);
        for (int index = 0; index < segmentCount; index++)
        {
            AddSegment(builder, random);
        }

        int sectionCount = random.Next(8);
        for (int index = 0; index < sectionCount; index++)
        {
            AddSection(builder, random, index);
        }

        return builder;
    }

    public static byte[] Bytes(int length, byte first)
        => [.. Enumerable.Range(0, length).Select(index => unchecked((byte)(first + (index * 3))))];

    private static void AddSegment(ElfBuilder builder, Random random)
    {
        byte[] content = Bytes(random.Next(200), 7);
        builder.AddSegment(
            new()
            {
                Type = s_segmentTypes[random.Next(s_segmentTypes.Length)],
                Flags = (ElfSegmentFlags)random.Next(8),
                VirtualAddress = (ulong)random.Next(),
                PhysicalAddress = (ulong)random.Next(),
                MemoryBytes = (ulong)(content.Length + random.Next(3) * random.Next(5000)),
                AlignmentBytes = 1u << random.Next(13),
            },
            content);
    }

    private static void AddSection(ElfBuilder builder, Random random, int index)
    {
        if (builder.Segments.Count != 0 && random.Next(2) == 0)
        {
            int segment = random.Next(builder.Segments.Count);
            int length = random.Next((int)builder.Segments[segment].FileBytes + 1);
            int at = random.Next((int)builder.Segments[segment].FileBytes - length + 1);
            builder.AddSectionIn(segment, at, length, $".in{segment}.{index}");
            return;
        }

        ElfSectionType type = s_sectionTypes[random.Next(s_sectionTypes.Length)];
        builder.AddSection(
            new()
            {
                Name = random.Next(8) == 0 ? "" : new string('n', random.Next(1, 30)) + index,
                Type = type,
                Flags = (ElfSectionFlags)random.Next(0x800),
                Address = (ulong)random.Next(),
                SizeBytes = (ulong)random.Next(),
                Link = (uint)random.Next(5),
                TypeSpecific = (uint)random.Next(5),
                AlignmentBytes = 1u << random.Next(7),
                EntryBytes = (uint)random.Next(30),
            },
            type == ElfSectionType.NoBits ? [] : Bytes(random.Next(100), 9));
    }
}
