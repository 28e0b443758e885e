// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO;
using System.Linq;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>Whatever the bytes are, parsing gives an image or a fault, in bounded memory.</summary>
public sealed class HostileFileTests
{
    // The images here have at most some kilobytes; a fault's text is the rest.
    private const long MostBytesAllocated = 128 * 1024;

    private static readonly byte[] s_edges = [0, 1, 0x7f, 0x80, 0xff];

    public static TheoryData<ElfClass, ElfByteOrder> Shapes => Images.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryTruncationIsRefused(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        // The section headers come last, so no byte is one too many.
        byte[] file = Images.Firmware(elfClass, byteOrder).Build();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.False(IsParsed(file.AsSpan(0, length)), $"a file of {length} bytes is parsed");
        }

        Assert.True(IsParsed(file));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryChangeOfOneByteIsParsedOrRefused(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        byte[] file = Images.Firmware(elfClass, byteOrder).Build();
        int refused = 0;
        for (int at = 0; at < file.Length; at++)
        {
            byte original = file[at];
            for (int value = 0; value < 256; value += at < 64 ? 1 : 15)
            {
                file[at] = (byte)value;
                refused += IsParsed(file) ? 0 : 1;
            }

            file[at] = original;
        }

        Assert.InRange(refused, 1000, int.MaxValue);
    }

    [Fact]
    public void AnyChangesOfAnyImageAreParsedOrRefused()
        => Gen.Select(Gen.ULong, Gen.Select(Gen.UShort, Gen.Int[0, 4].Select(index => s_edges[index])).Array[1, 6])
            .Sample(
                (seed, changes) =>
                {
                    byte[] file = Images.Random(seed).Build();
                    foreach ((ushort at, byte value) in changes)
                    {
                        file[at % file.Length] = value;
                    }

                    _ = IsParsed(file);
                },
                iter: 20_000);

    [Fact]
    public void AnyBytesBehindAnIdentificationAreParsedOrRefused()
        => Gen.Select(Gen.Byte[1, 2], Gen.Byte[1, 2], Gen.Byte.Array[0, 400]).Sample(
            (elfClass, byteOrder, bytes) =>
            {
                _ = IsParsed([0x7f, 0x45, 0x4c, 0x46, elfClass, byteOrder, .. bytes]);
            },
            iter: 20_000);

    [Fact]
    public void CountsThatTheFileCannotHoldAllocateNothing()
    {
        byte[] file = Images.Firmware(ElfClass.Elf64).Build();
        file.AsSpan(56, 2).Fill(0xfe);
        file.AsSpan(60, 2).Fill(0xfe);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ElfImage.TryParse(file, out _, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8192);
    }

    [Fact]
    public void TheMostSectionsWithTheLongestNamesAreRefusedSoon()
    {
        byte[] names = new byte[ElfParser.MaxNameTableBytes];
        names.AsSpan(1, names.Length - 2).Fill((byte)'n');
        ElfBuilder builder = new(ElfClass.Elf64);
        builder.AddSection(new() { Type = ElfSectionType.StringTable }, names);
        for (int index = 2; index < ElfParser.MaxSectionHeaders - 1; index++)
        {
            builder.AddSection(new() { Type = ElfSectionType.ProgramBits }, []);
        }

        byte[] file = builder.Build();
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(62), 1);
        for (int index = 2; index < ElfParser.MaxSectionHeaders; index++)
        {
            file[(int)builder.Header.SectionHeadersOffsetBytes + (64 * index)] = 1;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        Assert.False(ElfImage.TryParse(file, out _, out ElfFault fault));

        Assert.Equal(ElfRule.NamesTooLong, fault.Rule);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 24 << 20);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public void AnEditOfAnythingThatIsParsedIsParsedTooUnlessHeadersOverlap()
        => Gen.Select(Gen.ULong, Gen.Select(Gen.UShort, Gen.Int[0, 4].Select(index => s_edges[index])).Array[1, 4])
            .Sample(
                (seed, changes) =>
                {
                    byte[] file = Images.Random(seed).Build();
                    foreach ((ushort at, byte value) in changes)
                    {
                        file[at % file.Length] = value;
                    }

                    if (ElfImage.TryParse(file, out ElfImage? image, out _))
                    {
                        string name = image.Sections
                            .LastOrDefault(section => section.Index != image.Header.NameTableIndex).Name;
                        name = name.Length == 0 || name == ".shstrtab" ? ".new" : name;
                        AssertEditable(file, name);
                    }
                },
                iter: 20_000);

    private static void AssertEditable(byte[] file, string name)
    {
        try
        {
            ElfEdit edit = ElfEditor.SetSection(file, name, [1, 2, 3]);
            Assert.True(ElfImage.Parse(edit.File.Span).TryFindSection(name, out ElfSection section));
            Assert.Equal(edit.Section, section);
            Assert.Equal([1, 2, 3], section.FileRange.Slice(edit.File.Span).ToArray());
        }
        catch (ElfException exception) when (exception.Fault.Rule == ElfRule.TablesOverlap)
        {
            // Such a file can be read, and is not edited.
        }
    }

    /// <summary>Parses all there is to parse. Nothing but an image or a fault may come of it.</summary>
    private static bool IsParsed(ReadOnlySpan<byte> file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isParsed = ElfImage.TryParse(file, out ElfImage? image, out ElfFault fault);
        if (isParsed)
        {
            _ = ElfSymbols.TryParse(image!, file, out _, out _);
            _ = OpenAmpNote.TryFind(image!, file, out _, out _);
            CheckRanges(image!, file);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (isParsed)
        {
            ElfTextReport.Write(TextWriter.Null, image!);
        }

        Assert.True(allocated < MostBytesAllocated, $"{allocated} bytes for a file of {file.Length}");
        Assert.Equal(isParsed, fault.Rule == ElfRule.None);
        Assert.True(isParsed || fault.Text.Length > 20);
        return isParsed;
    }

    private static void CheckRanges(ElfImage image, ReadOnlySpan<byte> file)
    {
        foreach (ref readonly ElfSegment segment in image.Segments.AsSpan())
        {
            _ = segment.Type == ElfSegmentType.Null || segment.FileBytes == 0 ? default : segment.FileRange.Slice(file);
        }

        foreach (ref readonly ElfSection section in image.Sections.AsSpan())
        {
            _ = section.FileRange.LengthBytes == 0 ? default : section.FileRange.Slice(file);
        }
    }
}
