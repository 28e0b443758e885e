// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfSymbolsTests
{
    private const byte Global = 1 << 4;
    private const byte Function = (byte)ElfSymbolKind.Function;
    private const byte Data = (byte)ElfSymbolKind.Object;

    [Theory]
    [MemberData(nameof(Images.Shapes), MemberType = typeof(Images))]
    public void SymbolsAreReadWithTheirNames(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        ElfSymbols symbols = Read(
            elfClass,
            byteOrder,
            ElfMachine.RiscV,
            ("start", 0x1000, 8, Function | Global, 1),
            ("data", 0x2000, 4, Data, 2));

        Assert.Equal(3, symbols.Count);
        Assert.Equal(
            new()
            {
                Index = 1,
                Name = "start",
                Value = 0x1000,
                Address = 0x1000,
                SizeBytes = 8,
                Kind = ElfSymbolKind.Function,
                Binding = ElfSymbolBinding.Global,
                SectionIndex = 1,
            },
            symbols[1]);
        Assert.True(symbols.TryFind("data", out ElfSymbol data));
        Assert.Equal(symbols[2], data);
        Assert.False(symbols.TryFind("dat", out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => symbols[3]);
    }

    [Fact]
    public void TheNearestSymbolIsTheOneThatCoversTheAddress()
    {
        ElfSymbols symbols = Read(
            ("outer", 0x100, 0x100, Function, 1),
            ("inner", 0x120, 0x10, Function, 1),
            ("label", 0x300, 0, 0, 1),
            ("$t", 0x310, 0, 0, 1),
            ("absolute", 0x320, 0, 0, 0xfff1),
            ("file", 0x320, 0, 4, 1),
            ("undefined", 0x320, 0, Function, 0),
            ("small", 0x400, 2, Data, 1));

        Assert.Equal(("outer", true), Nearest(symbols, 0x100));
        Assert.Equal(("outer+0x1f", true), Nearest(symbols, 0x11f));
        Assert.Equal(("inner+0xf", true), Nearest(symbols, 0x12f));
        Assert.Equal(("outer+0x30", true), Nearest(symbols, 0x130));
        Assert.Equal(("inner+0xe0", false), Nearest(symbols, 0x200));
        Assert.Equal(("label+0x25", true), Nearest(symbols, 0x325));
        Assert.Equal(("small+0x1", true), Nearest(symbols, 0x401));
        Assert.Equal(("small+0x2", false), Nearest(symbols, 0x402));
        Assert.False(symbols.TryFindNearest(0xff, out _));
    }

    [Fact]
    public void OfSeveralNamesForAnAddressTheMostTellingIsTaken()
        => Assert.Equal(
            ("main", true),
            Nearest(
                Read(
                    ("label", 0x100, 0, 0, 1),
                    ("alias", 0x100, 8, Function, 1),
                    ("main", 0x100, 8, Function | Global, 1),
                    ("later", 0x100, 8, Function | Global, 1)),
                0x100));

    [Fact]
    public void AThumbFunctionIsWhereItsFirstInstructionIs()
    {
        ElfSymbols symbols = Read(
            ElfClass.Elf32,
            ElfByteOrder.LittleEndian,
            ElfMachine.Arm,
            ("thumb", 0x101, 4, Function, 1),
            ("odd_data", 0x201, 1, Data, 1));

        Assert.Equal(("thumb", true), Nearest(symbols, 0x100));
        Assert.Equal(("thumb+0x1", true), Nearest(symbols, 0x101));
        Assert.Equal(0x101u, symbols[1].Value);
        Assert.Equal(0x100u, symbols[1].Address);
        Assert.Equal(("odd_data", true), Nearest(symbols, 0x201));
    }

    [Fact]
    public void AStrippedFileHasNoSymbols()
    {
        byte[] file = Images.Firmware().Build();
        var symbols = ElfSymbols.Parse(ElfImage.Parse(file), file);

        Assert.Equal(0, symbols.Count);
        Assert.False(symbols.TryFindNearest(0x1000, out _));
    }

    [Fact]
    public void TheNearestOfAnySymbolsIsThatOfALinearSearch()
        => Gen.Select(Gen.Int[0, 300].Array[1, 40], Gen.Int[0, 20].Array[40], Gen.ULong[0, 400]).Sample(
            (starts, sizes, address) =>
            {
                (string, ulong, ulong, byte, ushort)[] all =
                    [.. starts.Select((start, at) => ($"s{at}", (ulong)start, (ulong)sizes[at], Function, (ushort)1))];
                ElfSymbols symbols = Read(all);
                var before = all.Where(symbol => symbol.Item2 <= address).ToArray();
                Assert.Equal(before.Length != 0, symbols.TryFindNearest(address, out ElfSymbolMatch match));
                if (before.Length == 0)
                {
                    return;
                }

                Assert.Equal(address, match.Symbol.Address + match.OffsetBytes);
                Assert.True(match.IsInside || before.All(symbol => address - symbol.Item2 >= symbol.Item3));
                Assert.True(match.IsInside || match.Symbol.Address == before.Max(symbol => symbol.Item2));
            });

    [Theory]
    [InlineData(36, 23, ElfRule.SymbolSize)]
    [InlineData(20, 33, ElfRule.SymbolSize)]
    [InlineData(24, 9, ElfRule.SymbolNameTable)]
    [InlineData(24, 1, ElfRule.SymbolNameTable)]
    public void ATableThatBreaksARuleIsRefused(int fieldAt, byte value, ElfRule rule)
    {
        ElfBuilder builder = Build(
            ElfClass.Elf32, ElfByteOrder.LittleEndian, ElfMachine.Arm, [("a", 1, 1, Function, 1)]);
        byte[] file = builder.Build();
        int table = builder.Sections.FindIndex(section => section.Type == ElfSectionType.SymbolTable);
        file[(int)builder.Header.SectionHeadersOffsetBytes + (40 * table) + fieldAt] = value;

        Assert.Equal(rule, FaultOf(file).Rule);
    }

    [Fact]
    public void ANameOutsideTheNamesIsRefused()
    {
        ElfBuilder builder = Build(
            ElfClass.Elf32, ElfByteOrder.LittleEndian, ElfMachine.Arm, [("a", 1, 1, Function, 1)]);
        byte[] file = builder.Build();
        ElfSection table = builder.Sections.Single(section => section.Type == ElfSectionType.SymbolTable);
        file[(int)table.OffsetBytes + 16] = 3;

        ElfFault fault = FaultOf(file);

        Assert.Equal(new(ElfRule.SymbolNameOutsideTable, table.OffsetBytes + 16, 3, 3, fault.Text), fault);
    }

    [Fact]
    public void NamesThatDoNotEndAreRefused()
    {
        ElfBuilder builder = Build(
            ElfClass.Elf32, ElfByteOrder.LittleEndian, ElfMachine.Arm, [("a", 1, 1, Function, 1)]);
        byte[] file = builder.Build();
        ElfSection names = builder.Sections.Single(section => section.Name == ".strtab");
        file[(int)(names.OffsetBytes + names.SizeBytes - 1)] = 1;

        Assert.Equal(ElfRule.SymbolNameOutsideTable, FaultOf(file).Rule);
    }

    [Fact]
    public void ManySymbolsOfOneLongNameAreReadSoon()
    {
        const int Count = 200_000;
        ElfBytes table = new(ElfClass.Elf32, ElfByteOrder.LittleEndian);
        for (int index = 0; index < Count; index++)
        {
            table.Symbol(1, (ulong)index, 1, Function, 1);
        }

        byte[] names = new byte[4 << 20];
        names.AsSpan(1, names.Length - 2).Fill((byte)'n');
        byte[] file = Build(new ElfBuilder(), table.ToArray(), names, 16).Build();

        long started = Stopwatch.GetTimestamp();
        var symbols = ElfSymbols.Parse(ElfImage.Parse(file), file);
        Assert.False(symbols.TryFind("nnn", out _));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public void FunctionsOfACompiledProgramAreFound()
    {
        using ProgramTool.TemporaryFolder folder = new();
        byte[] file = File.ReadAllBytes(Compiler.Compile(folder, "program", "-DHAS_LIBC -no-pie -O1"));
        using MemoryStream stream = new(file);
        var image = ElfImage.Parse(file);
        var symbols = ElfSymbols.Read(image, stream);

        Assert.True(symbols.TryFind("sum_of_table", out ElfSymbol sum));
        Assert.Equal(ElfSymbolKind.Function, sum.Kind);
        Assert.Equal(("sum_of_table+0x3", true), Nearest(symbols, sum.Address + 3));
        Assert.True(symbols.TryFind("table", out ElfSymbol table));
        Assert.True(image.TryFindSection(".resource_table", out ElfSection section));
        Assert.Equal(section.Address, table.Address);
        Assert.Equal(64u, table.SizeBytes);
        Assert.Equal(symbols.Count, ElfSymbols.Parse(image, file).Count);
    }

    [Theory]
    [InlineData("-DHAS_LIBC")]
    [InlineData("-DHAS_LIBC -s -rdynamic")]
    [InlineData("-m32 -c")]
    public void SymbolsOfACompiledProgramAreThoseThatReadelfLists(string options)
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        using ProgramTool.TemporaryFolder folder = new();
        string program = Compiler.Compile(folder, "program", options);
        byte[] file = File.ReadAllBytes(program);
        var symbols = ElfSymbols.Parse(ElfImage.Parse(file), file);
        string tables = ProgramTool.Run("readelf", "-sW", program).Output;

        // The last table is the full one, if there is one.
        string[] lines = tables[tables.LastIndexOf("Num:", StringComparison.Ordinal)..].Split('\n')[1..];
        string[] expected = [.. lines.Where(line => line.Contains(':', StringComparison.Ordinal)).Select(Fold)];

        Assert.True(expected.Length > 5, tables);
        Assert.Equal(expected, Enumerable.Range(0, symbols.Count).Select(index => Print(symbols[index])));
    }

    /// <summary>Value, size and name of a line of readelf's, without the version behind the name, which is in the table
    /// or put there by readelf, and without the name of a section, which the symbol does not have.</summary>
    private static string Fold(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool hasName = words.Length > 7 && words[3] != "SECTION";
        return $"{Convert.ToUInt64(words[1], 16):x} {words[2]} {(hasName ? words[7].Split('@')[0] : "")}";
    }

    private static string Print(ElfSymbol symbol)
        => $"{symbol.Value:x} {symbol.SizeBytes} {symbol.Name.Split('@')[0]}";

    private static (string, bool) Nearest(ElfSymbols symbols, ulong address)
    {
        Assert.True(symbols.TryFindNearest(address, out ElfSymbolMatch match));
        return (match.ToString(), match.IsInside);
    }

    private static ElfSymbols Read(params (string, ulong, ulong, byte, ushort)[] symbols)
        => Read(ElfClass.Elf64, ElfByteOrder.LittleEndian, ElfMachine.RiscV, symbols);

    private static ElfSymbols Read(
        ElfClass elfClass,
        ElfByteOrder byteOrder,
        ElfMachine machine,
        params (string, ulong, ulong, byte, ushort)[] symbols)
    {
        byte[] file = Build(elfClass, byteOrder, machine, symbols).Build();
        return ElfSymbols.Parse(ElfImage.Parse(file), file);
    }

    private static ElfBuilder Build(
        ElfClass elfClass,
        ElfByteOrder byteOrder,
        ElfMachine machine,
        (string Name, ulong Value, ulong Size, byte Kind, ushort Section)[] symbols)
    {
        ElfBytes names = new ElfBytes(elfClass, byteOrder).Byte(0);
        ElfBytes table = new ElfBytes(elfClass, byteOrder).Symbol(0, 0, 0, 0, 0);
        foreach ((string name, ulong value, ulong size, byte kind, ushort section) in symbols)
        {
            table.Symbol((uint)names.Length, value, size, kind, section);
            names.Raw(Encoding.UTF8.GetBytes(name + "\0"));
        }

        ElfBuilder builder = new(elfClass, byteOrder);
        builder.Header = builder.Header with { Machine = machine };
        return Build(builder, table.ToArray(), names.ToArray(), elfClass == ElfClass.Elf64 ? 24u : 16u);
    }

    private static ElfBuilder Build(ElfBuilder builder, byte[] table, byte[] names, uint entryBytes)
        => builder.AddNamed(".text", [])
            .AddSection(
                new() { Name = ".symtab", Type = ElfSectionType.SymbolTable, Link = 3, EntryBytes = entryBytes }, table)
            .AddSection(new() { Name = ".strtab", Type = ElfSectionType.StringTable }, names);

    private static ElfFault FaultOf(byte[] file)
    {
        Assert.False(ElfSymbols.TryParse(ElfImage.Parse(file), file, out ElfSymbols? symbols, out ElfFault fault));
        Assert.Null(symbols);
        return fault;
    }
}
