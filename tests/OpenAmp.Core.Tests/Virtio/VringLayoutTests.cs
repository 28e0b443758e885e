// SPDX-License-Identifier: BSD-3-Clause

using System;
using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class VringLayoutTests
{
    [Theory]
    [InlineData(256u, 4096u, 0x2806u)]
    [InlineData(16u, 4u, 0x1AEu)]
    [InlineData(8u, 16u, 0xE6u)]
    [InlineData(2u, 4096u, 0x1016u)]
    [InlineData(1u, 4u, 0x26u)]
    [InlineData(32768u, 4096u, 0xD1006u)]
    public void SizeIsThatOfTheCImplementations(uint entryCount, uint alignmentBytes, uint expected)
        => Assert.Equal(expected, LinkShape.Ring(entryCount, alignmentBytes).SizeBytes);

    [Fact]
    public void PartsOfTheTwoProcessRingLieWhereTheDocumentSays()
    {
        using var memory = new GuardedMemory(0x3000);
        VringMemory ring = Map(memory, LinkShape.Ring(256, 4096));

        Assert.True(ring.Descriptors == memory.Start);
        Assert.True(ring.Avail == memory.Start + 0x1000);
        Assert.True(ring.AvailEntries == memory.Start + 0x1004);
        Assert.True(ring.UsedEvent == memory.Start + 0x1204);
        Assert.True(ring.Used == memory.Start + 0x2000);
        Assert.True(ring.UsedElements == memory.Start + 0x2004);
        Assert.True(ring.AvailEvent == memory.Start + 0x2804);
    }

    [Fact]
    public void EveryLayoutFollowsTheFormula()
        => Gen.Select(Gen.Int[0, 15], Gen.Int[2, 20]).Sample((sizeBits, alignmentBits) =>
        {
            uint entries = 1u << sizeBits;
            uint alignment = 1u << alignmentBits;
            VringLayout layout = LinkShape.Ring(entries, alignment);
            uint availEnd = (16 * entries) + 4 + (2 * entries) + 2;
            uint used = (availEnd + alignment - 1) / alignment * alignment;
            return layout.AvailOffsetBytes == 16 * entries
                && layout.UsedOffsetBytes == used
                && layout.SizeBytes == used + 4 + (8 * entries) + 2;
        });

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(255u)]
    [InlineData(32769u)]
    [InlineData(65536u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void SizeThatIsNoPowerOfTwoUpTo32768IsRefused(uint entryCount)
        => Assert.False(QueueSize.TryCreate(entryCount, out _));

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(12u)]
    [InlineData(0x20_0000u)]
    [InlineData(uint.MaxValue)]
    public void AlignmentThatIsNoPowerOfTwoFrom4To1MiBIsRefused(uint alignmentBytes)
    {
        Assert.True(QueueSize.TryCreate(16, out QueueSize size));
        Assert.False(VringLayout.TryCreate(size, alignmentBytes, out _));
    }

    [Fact]
    public void SizeThatNobodyCheckedIsRefused() => Assert.False(VringLayout.TryCreate(default, 4, out _));

    [Fact]
    public void SlotIsTheIndexModuloTheSize()
    {
        Assert.True(QueueSize.TryCreate(16, out QueueSize size));
        Assert.Equal(15, size.SlotOf(0xFFFF));
        Assert.Equal(0, size.SlotOf(0x10));
    }

    [Theory]
    [InlineData(0x1000ul, true)]
    [InlineData(0x1800ul, false)]
    [InlineData(0x2000ul, false)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul, false)]
    public void RingIsMappedOnlyAlignedAndWhollyInside(ulong address, bool expected)
    {
        using var memory = new GuardedMemory(0x2810);
        var platform = new TestPlatform(
            new TestMachine(new SharedRegion(memory.Start, 0x2806, new DeviceAddress(0x1000))));

        Assert.Equal(
            expected,
            VringMemory.TryMap(ref platform, new DeviceAddress(address), LinkShape.Ring(256, 4096), out _));
    }

    [Fact]
    public void RingThatIsMappedOnAnOddAddressHereIsRefused()
    {
        using var memory = new GuardedMemory(0x3000);
        var platform = new TestPlatform(
            new TestMachine(new SharedRegion(memory.Start + 2, 0x2FF0, new DeviceAddress(0))));

        Assert.False(VringMemory.TryMap(ref platform, default, LinkShape.Ring(16, 4), out _));
    }

    [Fact]
    public void LayoutThatNobodyCheckedIsNotMapped()
    {
        using var memory = new GuardedMemory(64);
        var platform = new TestPlatform(new TestMachine(new SharedRegion(memory.Start, 64, default)));

        Assert.False(VringMemory.TryMap(ref platform, default, default, out _));
    }

    [Fact]
    public void ClearZeroesTheRingAndNothingElse()
    {
        using var memory = new GuardedMemory(0x1B0);
        memory.Bytes.Fill(0xC5);

        Map(memory, LinkShape.Ring(16, 4)).Clear();

        Assert.Equal(-1, memory.Bytes[..0x1AE].IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, memory.Bytes[0x1AE..].IndexOfAnyExcept((byte)0xC5));
    }

    private static VringMemory Map(GuardedMemory memory, VringLayout layout)
    {
        var platform = new TestPlatform(new TestMachine(new SharedRegion(memory.Start, memory.LengthBytes, default)));
        Assert.True(VringMemory.TryMap(ref platform, default, layout, out VringMemory ring));
        return ring;
    }
}
