// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfEditorTests
{
    private const string Table = ".resource_table";

    public static TheoryData<ElfClass, ElfByteOrder> Shapes => Images.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ATableThatFitsIsReplacedWhereItsSegmentLoadsIt(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        byte[] file = Images.Firmware(elfClass, byteOrder).Build();
        var before = ElfImage.Parse(file);

        ElfEdit edit = ElfEditor.SetSection(file, Table, [9, 9, 9]);

        var after = ElfImage.Parse(edit.File.Span);
        Assert.Equal(ElfEditPlacement.InPlace, edit.Placement);
        Assert.Equal(file.Length, edit.File.Length);
        Assert.Equal(before.Header, after.Header);
        Assert.Equal(before.Segments, after.Segments);
        Assert.True(before.TryFindSection(Table, out ElfSection old));
        Assert.True(after.TryFindSection(Table, out ElfSection table));
        Assert.Equal(old with { SizeBytes = 3 }, table);
        Assert.Equal(edit.Section, table);
        Assert.Equal([9, 9, 9, .. new byte[13]], old.FileRange.Slice(edit.File.Span).ToArray());
        Assert.True(after.TryFindLoadedRange(table.FileRange, out _));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ATableThatDoesNotFitGoesToTheEnd(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        byte[] file = Images.Firmware(elfClass, byteOrder).Build();
        byte[] content = Images.Bytes(17, 5);

        ElfEdit edit = ElfEditor.SetSection(file, Table, content);

        var after = ElfImage.Parse(edit.File.Span);
        Assert.Equal(ElfEditPlacement.Moved, edit.Placement);
        Assert.True(after.TryFindSection(Table, out ElfSection table));
        Assert.Equal(content, table.FileRange.Slice(edit.File.Span).ToArray());
        Assert.Equal(0u, table.Address);
        Assert.False(table.IsAllocated);
        Assert.False(after.TryFindLoadedRange(table.FileRange, out _));
        AssertLoadsTheSame(file, edit.File.Span);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ASectionIsAddedBehindEverything(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        byte[] file = Images.Firmware(elfClass, byteOrder).Build();
        byte[] content = Images.Bytes(33, 5);

        ElfEdit edit = ElfEditor.SetSection(file, ".added", content, new() { AlignmentBytes = 64 });

        var after = ElfImage.Parse(edit.File.Span);
        Assert.Equal(ElfEditPlacement.Added, edit.Placement);
        Assert.True(after.TryFindSection(".added", out ElfSection added));
        Assert.Equal(edit.Section, added);
        Assert.Equal(0u, added.OffsetBytes % 64);
        Assert.Equal(content, added.FileRange.Slice(edit.File.Span).ToArray());
        AssertLoadsTheSame(file, edit.File.Span);
    }

    [Fact]
    public void AFileWithoutSectionsGetsThem()
    {
        ElfBuilder builder = Images.Firmware(ElfClass.Elf64, ElfByteOrder.BigEndian);
        builder.HasSections = false;
        byte[] file = builder.Build();

        ElfEdit edit = ElfEditor.SetSection(file, Table, [1, 2, 3]);

        var after = ElfImage.Parse(edit.File.Span);
        Assert.Equal(["", ".shstrtab", Table], after.Sections.Select(section => section.Name));
        AssertLoadsTheSame(file, edit.File.Span);
    }

    [Fact]
    public void AnyImageIsParsedAfterAnEditAsBeforeItButForTheSection()
        => Gen.Select(Gen.ULong, Gen.Byte.Array[0, 300], Gen.Int[0, 12]).Sample((seed, content, which) =>
        {
            byte[] file = Images.Random(seed).Build();
            var before = ElfImage.Parse(file);
            string name = which < before.Sections.Length ? before.Sections[which].Name : "";
            name = name.Length == 0 || name == ".shstrtab" ? ".new" : name;

            ElfEdit edit = ElfEditor.SetSection(file, name, content);

            var after = ElfImage.Parse(edit.File.Span);
            Assert.True(after.TryFindSection(name, out ElfSection section));
            Assert.Equal(edit.Section, section);
            Assert.Equal(content, section.FileRange.Slice(edit.File.Span).ToArray());
            Assert.Equal(before.Segments, after.Segments);
            Assert.Equal(OthersOf(before, name), OthersOf(after, name));
            if (edit.Placement != ElfEditPlacement.InPlace)
            {
                AssertLoadsTheSame(file, edit.File.Span);
            }
        },
        iter: 1000);

    [Fact]
    public void ASectionOverTheHeadersIsNotWrittenInPlace()
    {
        ElfBuilder builder = Images.Firmware();
        byte[] file = builder.Build();
        file.AsSpan((int)builder.Header.SectionHeadersOffsetBytes + (40 * 2) + 16, 4).Clear();

        ElfEdit edit = ElfEditor.SetSection(file, Table, new byte[8]);

        Assert.Equal(ElfEditPlacement.Moved, edit.Placement);
        AssertLoadsTheSame(file, edit.File.Span);
    }

    [Fact]
    public void AFileWhoseHeadersShareBytesIsNotEdited()
    {
        ElfBuilder builder = Images.Firmware();
        byte[] file = builder.Build();

        // One program header, of unknown type and otherwise empty, that begins with the last fields of the header.
        file[28] = 48;
        file[44] = 1;
        file.AsSpan(52, 28).Clear();
        _ = ElfImage.Parse(file);

        ElfFault fault = Assert.Throws<ElfException>(() => ElfEditor.SetSection(file, ".new", [1])).Fault;

        Assert.Equal(new(ElfRule.TablesOverlap, 48, 52, 48, fault.Text), fault);
    }

    [Fact]
    public void ManySectionsAreCountedInSectionZero()
    {
        ElfBuilder builder = new() { ExtendsCounts = true };
        for (int index = 0; index < 0xff00 - 2; index++)
        {
            builder.AddNamed("", []);
        }

        byte[] file = builder.AddLoad(0x1000, [1]).Build();

        ElfEdit edit = ElfEditor.SetSection(file, Table, [1]);

        var after = ElfImage.Parse(edit.File.Span);
        Assert.Equal(0xff01u, after.Header.SectionHeaderCount);
        Assert.Equal([0, 0], edit.File.Span.Slice(48, 2).ToArray());
        Assert.True(after.TryFindSection(Table, out _));
        Assert.Single(after.Segments);
    }

    [Fact]
    public void MoreSectionsThanAParserTakesAreRefused()
    {
        ElfBuilder builder = new() { ExtendsCounts = true };
        for (int index = 0; index < ElfParser.MaxSectionHeaders - 2; index++)
        {
            builder.AddNamed("", []);
        }

        byte[] file = builder.Build();

        Assert.Equal(
            ElfRule.TooManySectionHeaders,
            Assert.Throws<ElfException>(() => ElfEditor.SetSection(file, Table, [1])).Fault.Rule);
    }

    [Fact]
    public void NamesAndAlignmentsThatCannotBeAreRefused()
    {
        byte[] file = Images.Firmware().Build();

        Assert.Throws<ArgumentException>(() => ElfEditor.SetSection(file, "", []));
        Assert.Throws<ArgumentException>(() => ElfEditor.SetSection(file, "a\0b", []));
        Assert.Throws<ArgumentException>(() => ElfEditor.SetSection(file, ".shstrtab", []));
        Assert.Throws<ArgumentException>(() => ElfEditor.SetSection(file, ".a", [], new() { AlignmentBytes = 3 }));
        Assert.Throws<ElfException>(() => ElfEditor.SetSection(file.AsSpan(1), ".a", []));
    }

    [Fact]
    public void ACompiledProgramSeesTheTableThatReplacedItsOwn()
    {
        using ProgramTool.TemporaryFolder folder = new();
        string program = Compiler.Compile(folder, "program", "-DHAS_LIBC");
        byte[] table = new byte[Compiler.TableBytes];
        table[5] = 100;
        Assert.Equal((0, "12\n"), ProgramTool.Run(program));

        ElfEdit edit = ElfEditor.SetSection(File.ReadAllBytes(program), Table, table);

        Assert.Equal(ElfEditPlacement.InPlace, edit.Placement);
        folder.ReplaceProgram(program, edit.File.Span);
        Assert.Equal((0, "200\n"), ProgramTool.Run(program));
    }

    [Theory]
    [InlineData("-DHAS_LIBC", ".added")]
    [InlineData("-DHAS_LIBC -no-pie", Table)]
    [InlineData("-DHAS_LIBC -s", ".added")]
    public void ACompiledProgramRunsAfterASectionIsAppended(string options, string name)
    {
        using ProgramTool.TemporaryFolder folder = new();
        string program = Compiler.Compile(folder, "program", options);

        ElfEdit edit = ElfEditor.SetSection(File.ReadAllBytes(program), name, Images.Bytes(1000, 1));
        folder.ReplaceProgram(program, edit.File.Span);

        Assert.NotEqual(ElfEditPlacement.InPlace, edit.Placement);
        Assert.Equal((0, "12\n"), ProgramTool.Run(program));
        AssertReadelfSees(program, name);
        AssertObjcopyExtracts(folder, program, name, Images.Bytes(1000, 1));
    }

    private static void AssertReadelfSees(string program, string name)
    {
        if (ProgramTool.Exists("readelf"))
        {
            (int exitCode, string output) = ProgramTool.Run("readelf", "-SW", program);
            Assert.Equal(0, exitCode);
            Assert.Contains($"] {name} ", output, StringComparison.Ordinal);
            Assert.DoesNotContain("arning", output, StringComparison.Ordinal);
        }
    }

    private static void AssertObjcopyExtracts(
        ProgramTool.TemporaryFolder folder, string program, string name, byte[] content)
    {
        if (ProgramTool.Exists("objcopy"))
        {
            string extracted = folder.PathOf("extracted");
            Assert.Equal(
                (0, ""),
                ProgramTool.Run("objcopy", "--dump-section", $"{name}={extracted}", program, folder.PathOf("copy")));
            Assert.Equal(content, File.ReadAllBytes(extracted));
        }
    }

    private static void AssertLoadsTheSame(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var image = ElfImage.Parse(before);
        Assert.Equal(image.Segments, ElfImage.Parse(after).Segments);
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegmentType.Null && segment.FileBytes != 0)
            {
                Assert.Equal(segment.FileRange.Slice(before), segment.FileRange.Slice(after));
            }
        }
    }

    /// <summary>The sections that an edit must leave alone: not section 0, the names, or the edited one.</summary>
    private static ElfSection[] OthersOf(ElfImage image, string name) =>
    [
        .. image.Sections.Where(section =>
            section.Index != 0 && section.Name != ".shstrtab"
            && !(image.TryFindSection(name, out ElfSection edited) && edited.Index == section.Index)),
    ];
}
