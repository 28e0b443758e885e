// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed class ResourceTableScannerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheOneTableIsFoundWhereItStarts(int version)
    {
        byte[] table = version == 1 ? GoldenTables.EveryKind : GoldenTables.EveryItem;
        byte[] image = [.. Noise(4096), .. table, .. Noise(1000)];

        Assert.True(ResourceTableScanner.TryFind(image, out int offset, out int length));
        Assert.Equal((4096, table.Length), (offset, length));
        Assert.Equal(
            table,
            ResourceTable.Parse(image.AsSpan(offset, length)).Bytes.ToArray());
    }

    [Fact]
    public void ImageWithoutATableHasNone()
    {
        Assert.False(ResourceTableScanner.TryFind(Noise(1 << 16), out _, out _));
        Assert.False(ResourceTableScanner.TryFind([], out _, out _));
        Assert.False(ResourceTableScanner.TryFind(new byte[1 << 16], out _, out _));
        Assert.False(ResourceTableScanner.TryFind(GoldenTables.TwoRings.AsSpan(0, 87), out _, out _));
    }

    [Fact]
    public void ValidBytesThatNobodyWouldMeanAreNone()
    {
        byte[] zeros = [1, 0, 0, 0, 1, 0, 0, 0, .. new byte[8], 0x14, 0, 0, 0, .. new byte[200]];
        Assert.True(ResourceTable.TryParse(zeros, out _, out _));
        Assert.False(ResourceTableScanner.TryFind(zeros, out _, out _));

        byte[] odd = GoldenTables.EveryKind;
        odd[0x41] = 0x07;
        Assert.True(ResourceTable.TryParse(odd, out _, out _));
        Assert.False(ResourceTableScanner.TryFind(odd, out _, out _));
    }

    [Fact]
    public void TableOffItsAlignmentIsNone()
        => Assert.False(ResourceTableScanner.TryFind([0, 0, .. GoldenTables.TwoRings], out _, out _));

    [Fact]
    public void SeveralCandidatesAreListed()
    {
        byte[] image = [.. GoldenTables.TwoRings, .. new byte[8], .. GoldenTables.EveryItem];

        ResourceTableException several = Assert.Throws<ResourceTableException>(
            () => ResourceTableScanner.TryFind(image, out _, out _));
        Assert.Contains("0x0, 0x60", several.Message, StringComparison.Ordinal);
        Assert.Equal(2, ResourceTableScanner.FindAll(image).Count);
    }

    [Fact]
    public void NoMoreCandidatesAreToldThanPromised()
    {
        byte[] image = [.. Enumerable.Range(0, 40).SelectMany(_ => GoldenTables.TwoRings)];
        Assert.Equal(ResourceTableScanner.MaxCandidateCount, ResourceTableScanner.FindAll(image).Count);
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
