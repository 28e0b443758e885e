// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfParserTests
{
    [Fact]
    public void RangesAreAskedForInTheDocumentedOrder()
    {
        ElfBuilder builder = Images.Firmware();
        byte[] file = builder.Build();
        ElfSection names = builder.Sections[^1];

        Assert.Equal(
            [
                new(0, 64),
                new(builder.Header.ProgramHeadersOffsetBytes, 3 * 32),
                new(builder.Header.SectionHeadersOffsetBytes, 6 * 40),
                names.FileRange,
            ],
            RangesOf(new((ulong)file.Length), file));
    }

    [Fact]
    public void EveryRangeIsBoundedAndWithinTheFile()
        => Gen.ULong.Sample(seed =>
        {
            byte[] file = Images.Random(seed).Build();
            foreach (ElfRange range in RangesOf(new((ulong)file.Length), file))
            {
                Assert.True(range.IsWithin((ulong)file.Length));
                Assert.InRange(range.LengthBytes, 1u, (ulong)ElfParser.MaxNeededBytes);
            }
        });

    [Fact]
    public void LongTablesAreAskedForInPieces()
    {
        ElfBuilder builder = new(ElfClass.Elf64);
        for (int index = 0; index < 3000; index++)
        {
            builder.AddLoad(0x1000, [1]);
            builder.AddNamed(new string('s', 60) + index, []);
        }

        byte[] file = builder.Build();
        ElfParser parser = new((ulong)file.Length);
        List<ElfRange> ranges = RangesOf(parser, file);

        Assert.Equal(1 + 3 + 3 + 3, ranges.Count);
        Assert.True(builder.IsParsedAs(parser.Image));
    }

    [Fact]
    public void ExactlyTheNeededBytesAreTaken()
    {
        ElfParser parser = new(1000);

        Assert.Throws<ArgumentException>(() => parser.Feed(new byte[63]));
        Assert.Throws<ArgumentException>(() => parser.Feed(new byte[65]));
        Assert.Equal(new(0, 64), parser.Needed);
    }

    [Fact]
    public void AfterAFaultNothingIsTaken()
    {
        ElfParser parser = new(1000);

        Assert.False(parser.TryFeed(new byte[64], out ElfFault fault));

        Assert.Equal(ElfRule.Magic, fault.Rule);
        Assert.Equal(default, parser.Needed);
        Assert.False(parser.IsComplete);
        Assert.Throws<InvalidOperationException>(() => parser.Feed(default));
        Assert.Throws<InvalidOperationException>(() => parser.Image);
    }

    [Fact]
    public void ACompleteParserTakesNothing()
    {
        byte[] file = Images.Firmware().Build();
        ElfParser parser = new((ulong)file.Length);
        RangesOf(parser, file);

        Assert.True(parser.IsComplete);
        Assert.Throws<InvalidOperationException>(() => parser.Feed(default));
    }

    [Fact]
    public void AFileThatComesInPiecesIsParsedFromWhatWasKept()
    {
        ElfBuilder builder = Images.Firmware();
        byte[] file = builder.Build();
        ElfParser parser = new((ulong)file.Length);
        List<byte> kept = [];
        foreach (byte[] piece in file.Chunk(7))
        {
            kept.AddRange(piece);
            while (!parser.IsComplete && parser.Needed.IsWithin((ulong)kept.Count))
            {
                parser.Feed(parser.Needed.Slice(CollectionsMarshal.AsSpan(kept)));
            }
        }

        Assert.True(builder.IsParsedAs(parser.Image));
    }

    [Fact]
    public void AnEmptyFileIsFedOnceAndRefused()
    {
        ElfParser parser = new(0);

        Assert.False(parser.TryFeed(default, out ElfFault fault));
        Assert.Equal(ElfRule.FileTooShort, fault.Rule);
    }

    private static List<ElfRange> RangesOf(ElfParser parser, byte[] file)
    {
        List<ElfRange> ranges = [];
        while (!parser.IsComplete)
        {
            ranges.Add(parser.Needed);
            parser.Feed(parser.Needed.Slice(file));
        }

        return ranges;
    }
}
