// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfImageTests
{
    public static TheoryData<ElfClass, ElfByteOrder> Shapes => Images.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FirmwareIsParsedAsItWasBuilt(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        ElfBuilder builder = Images.Firmware(elfClass, byteOrder);

        var image = ElfImage.Parse(builder.Build());

        Assert.Equal(builder.Header, image.Header);
        Assert.Equal(builder.Segments, image.Segments);
        Assert.Equal(builder.Sections, image.Sections);
        Assert.Equal([true, true, false], image.Segments.Select(segment => segment.IsLoadable));
    }

    [Fact]
    public void AnyBuiltImageIsParsedAsItWasBuilt()
        => Gen.ULong.Sample(seed =>
        {
            ElfBuilder builder = Images.Random(seed);
            return builder.IsParsedAs(ElfImage.Parse(builder.Build()));
        },
        iter: 2000);

    [Fact]
    public void BytesByHandGiveTheFieldsOfTheSpecification()
    {
        byte[] file = new byte[84];
        Convert.FromHexString("7f454c46010201" + "0300" + "00000000000000" + "0002" + "00f3" + "00000001"
            + "80001000" + "00000034" + "00000000" + "00000005" + "0034" + "0020" + "0001" + "0000" + "0000" + "0000")
            .CopyTo(file, 0);
        Convert.FromHexString("00000001" + "00000000" + "80000000" + "90000000" + "00000054" + "00000060" + "00000005"
            + "00001000").CopyTo(file, 52);

        var image = ElfImage.Parse(file);

        Assert.Equal(ElfClass.Elf32, image.Header.Class);
        Assert.Equal(ElfByteOrder.BigEndian, image.Header.ByteOrder);
        Assert.Equal(3, image.Header.OsAbi);
        Assert.Equal(ElfType.Executable, image.Header.Type);
        Assert.Equal(ElfMachine.RiscV, image.Header.Machine);
        Assert.Equal(0x80001000u, image.Header.EntryPoint);
        Assert.Equal(5u, image.Header.Flags);
        ElfSegment segment = Assert.Single(image.Segments);
        Assert.Equal(ElfSegmentType.Load, segment.Type);
        Assert.Equal(0x80000000u, segment.VirtualAddress);
        Assert.Equal(0x90000000u, segment.PhysicalAddress);
        Assert.Equal(new ElfRange(0, 84), segment.FileRange);
        Assert.Equal(96u, segment.MemoryBytes);
        Assert.Equal(ElfSegmentFlags.Read | ElfSegmentFlags.Execute, segment.Flags);
        Assert.Equal(0x1000u, segment.AlignmentBytes);
    }

    [Fact]
    public void SectionsAreFoundByName()
    {
        ElfBuilder builder = Images.Firmware();
        var image = ElfImage.Parse(builder.Build());

        Assert.True(image.TryFindSection(".resource_table", out ElfSection table));
        Assert.Equal(builder.Sections[2], table);
        Assert.False(image.TryFindSection(".resource", out _));
        Assert.False(image.TryFindSection("", out _));
    }

    [Fact]
    public void TheSegmentThatLoadsASectionIsFound()
    {
        var image = ElfImage.Parse(Images.Firmware().Build());
        Assert.True(image.TryFindSection(".resource_table", out ElfSection table));
        Assert.True(image.TryFindSection(".comment", out ElfSection comment));
        Assert.True(image.TryFindSection(".bss", out ElfSection zeros));

        Assert.True(image.TryFindLoadedRange(table.FileRange, out ElfSegment segment));
        Assert.Equal(1, segment.Index);
        Assert.False(image.TryFindLoadedRange(comment.FileRange, out _));
        Assert.False(image.TryFindLoadedRange(zeros.FileRange, out _));
        Assert.False(image.TryFindLoadedRange(new(segment.OffsetBytes, ulong.MaxValue), out _));
    }

    [Theory]
    [InlineData(0x2000, 48, true)]
    [InlineData(0x202f, 1, true)]
    [InlineData(0x2000, 49, false)]
    [InlineData(0x2030, 1, false)]
    [InlineData(0x1fff, 1, false)]
    [InlineData(0x2000, 0, false)]
    [InlineData(ulong.MaxValue, 1, false)]
    [InlineData(0x2001, ulong.MaxValue, false)]
    public void ContentIsFoundByVirtualAddressWhereTheFileHasIt(ulong address, ulong lengthBytes, bool isThere)
    {
        ElfBuilder builder = Images.Firmware();
        var image = ElfImage.Parse(builder.Build());

        Assert.Equal(isThere, image.TryFindContent(address, lengthBytes, out ElfRange range));
        Assert.Equal(
            isThere ? new(builder.Segments[1].OffsetBytes + address - 0x2000, lengthBytes) : default, range);
    }

    [Fact]
    public async Task AStreamIsReadLikeMemory()
    {
        ElfBuilder builder = Images.Firmware(ElfClass.Elf64);
        using MemoryStream stream = new(builder.Build()) { Position = 7 };

        Assert.True(builder.IsParsedAs(ElfImage.Read(stream)));
        Assert.True(builder.IsParsedAs(
            await ElfImage.ReadAsync(stream, null, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task AStreamThatCannotSeekIsRefused()
    {
        using DeflateStream stream = new(new MemoryStream(), CompressionMode.Decompress);

        Assert.Throws<ArgumentException>(() => ElfImage.Read(stream));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await ElfImage.ReadAsync(stream, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AStreamWithAFaultReportsIt()
    {
        using MemoryStream stream = new(Images.Firmware().Build()[..100]);

        Assert.Equal(
            ElfRule.ProgramHeadersOutsideFile,
            Assert.Throws<ElfException>(() => ElfImage.Read(stream)).Fault.Rule);
        await Assert.ThrowsAsync<ElfException>(
            async () => await ElfImage.ReadAsync(stream, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AFileWithoutSectionHeadersHasNone()
    {
        ElfBuilder builder = Images.Firmware();
        builder.HasSections = false;

        var image = ElfImage.Parse(builder.Build());

        Assert.Empty(image.Sections);
        Assert.Equal(3, image.Segments.Length);
    }

    [Fact]
    public void SectionCountWithoutAnOffsetMeansNoSections()
    {
        byte[] file = Images.Firmware().Build();
        file.AsSpan(32, 4).Clear();

        var image = ElfImage.Parse(file);

        Assert.Empty(image.Sections);
        Assert.Equal(0u, image.Header.SectionHeaderCount);
    }

    [Fact]
    public void ParsingAllocatesTheTablesOnly()
    {
        byte[] file = Images.Firmware(ElfClass.Elf64).Build();
        _ = ElfImage.Parse(file);

        long before = GC.GetAllocatedBytesForCurrentThread();
        var image = ElfImage.Parse(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(6, image.Sections.Length);
        Assert.InRange(allocated, 1, 2500);
    }
}
