// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using OpenAmp.Elf;
using OpenAmp.Elf.Tests;
using OpenAmp.Remoteproc.Tests.Tables;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Small ELF files: programs with all that the library reads, firmware for a small processor, core dumps.
/// </summary>
internal static class ElfSeeds
{
    private const ulong High = FirmwareMemory.HighAddress;

    /// <summary>Both classes and byte orders, with symbols, notes and a table; and a core dump.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Any =>
    [
        ("32-little.elf", Program(ElfClass.Elf32, ElfByteOrder.LittleEndian)),
        ("32-big.elf", Program(ElfClass.Elf32, ElfByteOrder.BigEndian)),
        ("64-little.elf", Program(ElfClass.Elf64, ElfByteOrder.LittleEndian)),
        ("64-big.elf", Program(ElfClass.Elf64, ElfByteOrder.BigEndian)),
        ("stripped.elf", Stripped(ElfClass.Elf32, withNote: true)),
        ("core.elf", Core()),
    ];

    /// <summary>What <see cref="FirmwareMemory"/> has room for.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Firmware =>
    [
        ("32.elf", Loadable(ElfClass.Elf32, ElfByteOrder.LittleEndian, Fit(GoldenTables.TwoRings))),
        ("64.elf", Loadable(ElfClass.Elf64, ElfByteOrder.LittleEndian, Anywhere)),
        ("big.elf", Loadable(ElfClass.Elf32, ElfByteOrder.BigEndian, Anywhere)),
        ("wide-table.elf", Loadable(ElfClass.Elf64, ElfByteOrder.LittleEndian, GoldenTables.EveryItem)),
        ("note.elf", Stripped(ElfClass.Elf64, withNote: true)),
        ("scanned.elf", Stripped(ElfClass.Elf32, withNote: false)),
    ];

    // Version 1: a carveout and a trace that may lie anywhere, in the processor's pool.
    private static byte[] Anywhere => Remoteproc.ResourceTableDocument.Parse("""
        { "entries": [
            { "kind": "carveout", "name": "heap", "lengthBytes": 4096, "address": "any" },
            { "kind": "trace", "name": "log", "address": "0x1000_4000", "lengthBytes": 256 },
            { "kind": "vdev", "deviceId": 7, "deviceFeatures": 1, "vrings": [
              { "entryCount": 4, "alignmentBytes": 64 }, { "entryCount": 4, "alignmentBytes": 64 } ] } ] }
        """u8).ToBytes();

    // The rings' addresses moved into the processor's memory.
    private static byte[] Fit(byte[] table)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(0x30), (uint)High + 0x2000);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(0x44), (uint)High + 0x5000);
        return table;
    }

    private static byte[] Loadable(ElfClass elfClass, ElfByteOrder byteOrder, byte[] table)
        => new ElfBuilder(elfClass, byteOrder) { Header = HeaderOf(elfClass, byteOrder) }
            .AddLoad(0, Text(48), moreMemoryBytes: 16)
            .AddLoad(High, table, moreMemoryBytes: 8)
            .AddSectionIn(1, 0, table.Length, ".resource_table")
            .Build();

    private static ElfHeader HeaderOf(ElfClass elfClass, ElfByteOrder byteOrder)
        => new ElfBuilder(elfClass, byteOrder).Header with { EntryPoint = 0x10 };

    private static byte[] Stripped(ElfClass elfClass, bool withNote)
    {
        byte[] table = Fit(GoldenTables.TwoRings);
        var builder = new ElfBuilder(elfClass) { HasSections = false };
        builder.AddLoad(High, [.. Text(32), .. table, .. Text(16)]);
        if (withNote)
        {
            builder.AddSegment(
                new ElfSegment { Type = ElfSegmentType.Note, AlignmentBytes = 4 },
                Note(ElfByteOrder.LittleEndian, High + 32, (ulong)table.Length));
        }

        return builder.Build();
    }

    private static byte[] Program(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        byte[] names = Encoding.ASCII.GetBytes("\0main\0buffer\0$t\0");
        byte[] symbols = new ElfBytes(elfClass, byteOrder)
            .Symbol(0, 0, 0, 0, 0)
            .Symbol(1, 0x1001, 16, 0x12, 1)
            .Symbol(6, 0x1020, 8, 0x11, 1)
            .Symbol(13, 0x1000, 0, 0, 1)
            .ToArray();
        byte[] note = Note(byteOrder, 0x1000, 16);
        return new ElfBuilder(elfClass, byteOrder) { PaddingBytes = 4 }
            .AddLoad(0x1000, Text(64), moreMemoryBytes: 32)
            .AddSegment(new ElfSegment { Type = ElfSegmentType.Note, AlignmentBytes = 4 }, note)
            .AddSectionIn(0, 0, 32, ".text")
            .AddSectionIn(0, 32, 16, ".resource_table")
            .AddSection(
                new ElfSection { Name = ".strtab", Type = ElfSectionType.StringTable, AlignmentBytes = 1 },
                names)
            .AddSection(
                new ElfSection
                {
                    Name = ".symtab",
                    Type = ElfSectionType.SymbolTable,
                    Link = 3,
                    TypeSpecific = 1,
                    AlignmentBytes = 4,
                    EntryBytes = elfClass == ElfClass.Elf64 ? 24u : 16u,
                },
                symbols)
            .AddNamed(".comment", Encoding.ASCII.GetBytes("a compiler"))
            .Build();
    }

    private static byte[] Note(ElfByteOrder byteOrder, ulong address, ulong lengthBytes)
        => new ElfBytes(ElfClass.Elf32, byteOrder)
            .Word(8).Word(16).Word(1)
            .Raw("OpenAMP\0"u8).Raw(new OpenAmpNote(address, lengthBytes).ToBytes(byteOrder))
            .ToArray();

    private static byte[] Core()
    {
        var layout = new ElfCoreLayout(
            new ElfCoreOptions { Class = ElfClass.Elf32, Machine = ElfMachine.Arm },
            [new ElfCoreSegment(0, 32), new ElfCoreSegment(High, 64)],
            [new ElfCoreNote("OpenAMP", 2, new byte[12])]);
        using var stream = new MemoryStream();
        var writer = new ElfCoreWriter(layout, stream);
        writer.Write(new byte[(int)layout.LengthBytes - layout.Headers.Length]);
        writer.Complete();
        return stream.ToArray();
    }

    private static byte[] Text(int lengthBytes)
    {
        byte[] text = new byte[lengthBytes];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (byte)(0x20 + i);
        }

        return text;
    }
}
