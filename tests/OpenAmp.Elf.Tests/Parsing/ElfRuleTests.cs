// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>Each rule by a firmware that breaks it and no other, with the offset that the fault names.</summary>
public sealed class ElfRuleTests
{
    // The firmware of 32 bits: header 52 bytes, three program headers of 32 bytes, then contents, names and sections.
    private const int SegmentsAt = 52;

    private static readonly int s_sectionsAt = FindSections();

    private static readonly Dictionary<ElfRule, (int At, byte[] Bytes)> s_breaks = new()
    {
        [ElfRule.Magic] = (3, [0]),
        [ElfRule.UnknownClass] = (4, [3]),
        [ElfRule.UnknownByteOrder] = (5, [0]),
        [ElfRule.ProgramHeaderSize] = (42, [33]),
        [ElfRule.SectionHeaderSize] = (46, [64]),
        [ElfRule.ProgramHeadersOutsideFile] = (28, Word(0xffff_fff0)),
        [ElfRule.SectionHeadersOutsideFile] = (32, Word(0xffff_fff0)),
        [ElfRule.NameTableIndex] = (50, [6]),
        [ElfRule.NameTableType] = (SectionAt(5) + 4, [1]),
        [ElfRule.NameOutsideTable] = (SectionAt(1), Word(0x8000_0000)),
        [ElfRule.SegmentLargerThanMemory] = (SegmentsAt + 16, [25]),
        [ElfRule.SegmentOutsideFile] = (SegmentsAt + 4, Word(0xffff_ffff)),
        [ElfRule.SegmentAddressWraps] = (SegmentsAt + 12, Word(0xffff_ffe9)),
        [ElfRule.SectionOutsideFile] = (SectionAt(4) + 16, Word(0xffff_ffff)),
    };

    public static TheoryData<ElfRule> Breakable => [.. s_breaks.Keys];

    [Theory]
    [MemberData(nameof(Breakable))]
    public void AFileThatBreaksARuleIsRefusedByThatRuleAndOffset(ElfRule rule)
    {
        byte[] file = Built().Build();
        (int at, byte[] bytes) = s_breaks[rule];
        bytes.CopyTo(file, at);

        ElfFault fault = FaultOf(file);

        Assert.Equal(rule, fault.Rule);
        Assert.Equal(rule == ElfRule.Magic ? 0u : (ulong)at, fault.OffsetBytes);
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"ELF{(int)rule:D3} at file offset 0x{fault.OffsetBytes:x}: "),
            fault.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(fault.ToString(), Assert.Throws<ElfException>(() => ElfImage.Parse(file)).Message);
    }

    [Fact]
    public void ASegmentMayEndWhereTheAddressSpaceEnds()
    {
        byte[] file = Built().Build();
        Word(0xffff_ffe8).CopyTo(file, SegmentsAt + 12);

        Assert.Equal(0xffff_ffe8u, ElfImage.Parse(file).Segments[0].PhysicalAddress);
    }

    [Fact]
    public void AVirtualAddressMayNotWrapEither()
    {
        byte[] file = Built().Build();
        Word(0xffff_ffe9).CopyTo(file, SegmentsAt + 8);

        Assert.Equal(new(ElfRule.SegmentAddressWraps, SegmentsAt + 8, uint.MaxValue, 0xffff_ffe9, ""), Plain(file));
    }

    [Fact]
    public void AnAddressOf64BitsMayNotWrap()
    {
        ElfBuilder builder = new(ElfClass.Elf64);
        builder.AddLoad(ulong.MaxValue - 2, [1, 2, 3]);
        _ = ElfImage.Parse(builder.Build());

        builder = new(ElfClass.Elf64);
        builder.AddLoad(ulong.MaxValue - 2, [1, 2, 3], moreMemoryBytes: 1);
        Assert.Equal(ElfRule.SegmentAddressWraps, FaultOf(builder.Build()).Rule);
    }

    [Fact]
    public void SegmentsBeyondTheFileAreRefusedWithoutOverflow()
    {
        ElfBuilder builder = new(ElfClass.Elf64) { HasSections = false };
        byte[] file = builder.AddLoad(0, [1, 2, 3, 4]).Build();
        foreach ((ulong offset, ulong length) in new (ulong, ulong)[]
        {
            (ulong.MaxValue, 4), (4, ulong.MaxValue), (ulong.MaxValue, ulong.MaxValue), (121, 4), (120, 5),
        })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(64 + 8), offset);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(64 + 32), length);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(64 + 40), length);

            Assert.Equal(new(ElfRule.SegmentOutsideFile, 72, 124, offset, ""), Plain(file));
        }
    }

    [Fact]
    public void AnUnusedSegmentMaySayAnything()
    {
        byte[] file = Built().Build();
        file.AsSpan(SegmentsAt, 32).Fill(0xff);
        Word(0).CopyTo(file, SegmentsAt);

        Assert.Equal(ElfSegmentType.Null, ElfImage.Parse(file).Segments[0].Type);
    }

    [Fact]
    public void NotesMayHaveNoMemory()
        => Assert.Equal(0u, ElfImage.Parse(Built().Build()).Segments[2].MemoryBytes);

    [Fact]
    public void AFileShorterThanAHeaderIsRefused()
    {
        byte[] file = Built().Build();

        Assert.Equal(new(ElfRule.FileTooShort, 0, 52, 0, ""), Plain([]));
        Assert.Equal(new(ElfRule.FileTooShort, 15, 52, 15, ""), Plain(file[..15]));
        Assert.Equal(new(ElfRule.FileTooShort, 51, 52, 51, ""), Plain(file[..51]));
        file[4] = 2;
        Assert.Equal(new(ElfRule.FileTooShort, 63, 64, 63, ""), Plain(file[..63]));
    }

    [Fact]
    public void ACountInSectionZeroNeedsOne()
    {
        ElfBuilder builder = new() { HasSections = false };
        byte[] file = builder.AddLoad(0, [1]).Build();
        file.AsSpan(44, 2).Fill(0xff);

        Assert.Equal(new(ElfRule.CountWithoutSection, 44, 0, 0xffff, ""), Plain(file));
    }

    [Fact]
    public void MoreHeadersThanTheLimitsAreRefusedBeforeTheyAreRead()
    {
        ElfBuilder builder = Built();
        builder.ExtendsCounts = true;
        byte[] file = builder.Build();
        int sectionsAt = (int)builder.Header.SectionHeadersOffsetBytes;

        Word(65536).CopyTo(file, sectionsAt + 28);
        Assert.Equal(
            new(ElfRule.TooManyProgramHeaders, (ulong)sectionsAt + 28, 65535, 65536, ""), Plain(file));
        Word(uint.MaxValue).CopyTo(file, sectionsAt + 20);
        Assert.Equal(
            new(ElfRule.TooManySectionHeaders, (ulong)sectionsAt + 20, 65535, uint.MaxValue, ""), Plain(file));
    }

    [Fact]
    public void ANameMustEndWithinTheNames()
    {
        ElfBuilder builder = Built();
        byte[] file = builder.Build();
        ElfSection names = builder.Sections[^1];
        file[(int)(names.OffsetBytes + names.SizeBytes - 1)] = (byte)'x';

        ElfFault fault = FaultOf(file);

        Assert.Equal(ElfRule.NameNotTerminated, fault.Rule);
        Assert.Equal((ulong)SectionAt(5), fault.OffsetBytes);
    }

    [Fact]
    public void NamesLongerThanTheLimitAreRefused()
    {
        byte[] content = new byte[ElfParser.MaxNameTableBytes + 1];
        ElfBuilder builder = new();
        builder.AddSection(new() { Name = ".names", Type = ElfSectionType.StringTable }, content);
        byte[] file = builder.Build();
        file[50] = 1;

        Assert.Equal(ElfRule.NameTableTooLong, FaultOf(file).Rule);
    }

    [Fact]
    public void NamesThatOverlapAreBoundedTogether()
    {
        byte[] content = new byte[ElfParser.MaxNameTableBytes];
        content.AsSpan(1, content.Length - 2).Fill((byte)'n');
        ElfBuilder builder = new();
        builder.AddSection(new() { Type = ElfSectionType.StringTable }, content);
        for (int index = 0; index < 5; index++)
        {
            builder.AddSection(new() { Type = ElfSectionType.ProgramBits }, []);
        }

        byte[] file = builder.Build();
        file[50] = 1;
        int sectionsAt = (int)builder.Header.SectionHeadersOffsetBytes;
        for (int index = 2; index < 7; index++)
        {
            Word(1).CopyTo(file, sectionsAt + (40 * index));
        }

        Assert.Equal(ElfRule.NamesTooLong, FaultOf(file).Rule);
    }

    [Fact]
    public void RuleNumbersAreStable()
        => Assert.Equal(
            Enumerable.Range(0, 37), Enum.GetValues<ElfRule>().Select(rule => (int)rule));

    private static ElfBuilder Built() => Images.Firmware();

    private static int FindSections()
    {
        ElfBuilder builder = Built();
        _ = builder.Build();
        return (int)builder.Header.SectionHeadersOffsetBytes;
    }

    private static int SectionAt(int index) => s_sectionsAt + (40 * index);

    private static byte[] Word(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static ElfFault FaultOf(byte[] file)
    {
        Assert.False(ElfImage.TryParse(file, out ElfImage? image, out ElfFault fault));
        Assert.Null(image);
        return fault;
    }

    private static ElfFault Plain(byte[] file) => FaultOf(file) with { Text = "" };
}
