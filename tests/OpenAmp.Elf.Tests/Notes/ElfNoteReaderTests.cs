// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfNoteReaderTests
{
    private static readonly string[] s_twoNotes = ["GNU 3 [616263]", "X 9 []"];

    [Theory]
    [InlineData(ElfByteOrder.LittleEndian)]
    [InlineData(ElfByteOrder.BigEndian)]
    public void NotesAreReadOneAfterTheOther(ElfByteOrder byteOrder)
    {
        byte[] content = new ElfBytes(ElfClass.Elf64, byteOrder)
            .Word(4).Word(3).Word(3).Raw("GNU\0abc\0"u8)
            .Word(2).Word(0).Word(9).Raw("X\0\0\0"u8).ToArray();

        Assert.Equal(s_twoNotes, Read(content, byteOrder, 4, out ElfFault fault));
        Assert.Equal(default, fault);
    }

    [Fact]
    public void NotesOfAlignmentEightArePaddedToEight()
    {
        byte[] content = new ElfBytes(ElfClass.Elf64, ElfByteOrder.LittleEndian)
            .Word(4).Word(3).Word(3).Raw("GNU\0abc\0\0\0\0\0"u8)
            .Word(2).Word(0).Word(9).Raw("X\0"u8).Pad(2).ToArray();

        Assert.Equal(s_twoNotes, Read(content, ElfByteOrder.LittleEndian, 8, out ElfFault fault));
        Assert.Equal(default, fault);
    }

    [Fact]
    public void TheLastPaddingMayBeMissing()
    {
        byte[] content = new ElfBytes(ElfClass.Elf32, ElfByteOrder.LittleEndian)
            .Word(4).Word(3).Word(3).Raw("GNU\0abc"u8).ToArray();

        Assert.Equal(["GNU 3 [616263]"], Read(content, ElfByteOrder.LittleEndian, 4, out ElfFault fault));
        Assert.Equal(default, fault);
    }

    [Theory]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0u, uint.MaxValue)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(4u, 5u)]
    public void ANoteLongerThanWhatHoldsItIsAFault(uint ownerBytes, uint descriptorBytes)
    {
        byte[] content = new ElfBytes(ElfClass.Elf32, ElfByteOrder.LittleEndian)
            .Word(ownerBytes).Word(descriptorBytes).Word(3).Raw("GNU\0abcd"u8).ToArray();

        Assert.Empty(Read(content, ElfByteOrder.LittleEndian, 4, out ElfFault fault));
        Assert.Equal(ElfRule.NoteCutShort, fault.Rule);
        Assert.Equal(0x100u, fault.OffsetBytes);
    }

    [Fact]
    public void AnyBytesEndInAFiniteNumberOfNotes()
        => Gen.Select(Gen.Byte[0, 6].Array[0, 200], Gen.Bool).Sample((content, isWide) =>
        {
            List<string> notes = Read(content, ElfByteOrder.LittleEndian, isWide ? 8u : 4u, out _);
            Assert.True(notes.Count * 12 <= content.Length);
        });

    [Theory]
    [MemberData(nameof(Images.Shapes), MemberType = typeof(Images))]
    public void TheNoteOfOpenAmpSaysWhereTheTableIs(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        ElfBuilder builder = Images.Firmware(elfClass, byteOrder);
        builder.HasSections = false;
        byte[] file = builder.Build();

        Assert.True(OpenAmpNote.TryFind(ElfImage.Parse(file), file, out OpenAmpNote note, out ElfFault fault));
        Assert.Equal(new(0x2010, 16), note);
        Assert.Equal(default, fault);
    }

    [Fact]
    public void TheNoteOfOpenAmpHasTheDocumentedBytes()
        => Assert.Equal(
            "00000008" + "00000010" + "00000001" + "4f70656e414d5000" + "0000000012345678" + "0000000000000110",
            Convert.ToHexStringLower(new OpenAmpNote(0x12345678, 0x110).ToBytes(ElfByteOrder.BigEndian)));

    [Theory]
    [InlineData("-static -nostdlib -fno-pie -no-pie -e main")]
    [InlineData("-m32 -static -nostdlib -fno-pie -no-pie -e main")]
    public void ACompiledProgramWithoutSectionsSaysWhereItsTableIs(string options)
    {
        using ProgramTool.TemporaryFolder folder = new();
        byte[] file = File.ReadAllBytes(Compiler.Compile(folder, "program", "-DHAS_NOTE " + options));
        var whole = ElfImage.Parse(file);
        Assert.True(whole.TryFindSection(".resource_table", out ElfSection table));
        file.AsSpan(whole.Header.Class == ElfClass.Elf64 ? 40 : 32, 4).Clear();
        var image = ElfImage.Parse(file);
        Assert.Empty(image.Sections);

        Assert.True(OpenAmpNote.TryFind(image, file, out OpenAmpNote note, out _));

        Assert.Equal(new(table.Address, Compiler.TableBytes), note);
        Assert.True(image.TryFindContent(note.Address, note.LengthBytes, out ElfRange content));
        Assert.Equal(table.FileRange, content);
    }

    [Fact]
    public void OtherNotesAreNotTheOneOfOpenAmp()
    {
        byte[] other = new OpenAmpNote(1, 2).ToBytes(ElfByteOrder.LittleEndian);
        other[8] = 2;
        ElfBuilder builder = new();
        builder.AddSegment(new() { Type = ElfSegmentType.Note }, other);
        byte[] file = builder.Build();

        Assert.False(OpenAmpNote.TryFind(ElfImage.Parse(file), file, out _, out ElfFault fault));
        Assert.Equal(default, fault);
    }

    [Fact]
    public void ANoteOfOpenAmpOfAnotherLengthIsAFault()
    {
        byte[] note = new OpenAmpNote(1, 2).ToBytes(ElfByteOrder.LittleEndian);
        note[4] = 8;
        ElfBuilder builder = new();
        builder.AddSegment(new() { Type = ElfSegmentType.Note }, note);
        byte[] file = builder.Build();

        Assert.False(OpenAmpNote.TryFind(ElfImage.Parse(file), file, out _, out ElfFault fault));
        Assert.Equal(ElfRule.NoteDescriptorSize, fault.Rule);
        Assert.Equal(builder.Segments[0].OffsetBytes, fault.OffsetBytes);
    }

    [Fact]
    public void ReadingNotesAllocatesNothing()
    {
        byte[] content = new OpenAmpNote(1, 2).ToBytes(ElfByteOrder.LittleEndian);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ElfNoteReader reader = new(content, ElfByteOrder.LittleEndian);
        bool isRead = reader.TryRead(out ElfNote note) && note.Owner.SequenceEqual(OpenAmpNote.Owner);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(isRead);
        Assert.Equal(0, allocated);
    }

    private static List<string> Read(byte[] content, ElfByteOrder byteOrder, ulong alignment, out ElfFault fault)
    {
        List<string> notes = [];
        ElfNoteReader reader = new(content, byteOrder, alignment, 0x100);
        while (reader.TryRead(out ElfNote note))
        {
            notes.Add($"{note.OwnerText} {note.Type} [{Convert.ToHexStringLower(note.Descriptor)}]");
        }

        Assert.False(reader.TryRead(out _));
        fault = reader.Fault;
        return notes;
    }
}
