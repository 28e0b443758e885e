// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Chains of a driver that keeps the rules or breaks them (VIRTIO 1.3, section 2.7.5).</summary>
public sealed unsafe class VirtqChainTests
{
    [Fact]
    public void ChainIsFollowedToItsEnd()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(5, pair.BufferAddress, 10, RawRing.NextFlag, 2);
        pair.Raw.Describe(2, pair.BufferAddress + 100, 20, RawRing.NextFlag | RawRing.WriteFlag, 7);
        pair.Raw.Describe(7, pair.BufferAddress + 200, 30, RawRing.WriteFlag, 0xFFFF);

        List<(ulong Address, uint Length, bool Writes)> segments = Walk(pair, 5, ChainResult.End);

        Assert.Equal(
            [
                (pair.BufferAddress, 10u, false),
                (pair.BufferAddress + 100, 20u, true),
                (pair.BufferAddress + 200, 30u, true),
            ],
            segments);
    }

    [Fact]
    public void ChainOfAsManyDescriptorsAsTheQueueHasIsFollowedToItsEnd()
    {
        using var pair = new QueuePair(8);
        for (int i = 0; i < 8; i++)
        {
            bool last = i == 7;
            pair.Raw.Describe(i, pair.BufferAddress, 1, last ? (ushort)0 : RawRing.NextFlag, (ushort)(i + 1));
        }

        Assert.Equal(8, Walk(pair, 0, ChainResult.End).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ChainThatLoopsEndsMalformedAfterTheQueueSize(int next)
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 1, RawRing.NextFlag, (ushort)next);
        pair.Raw.Describe(1, pair.BufferAddress, 1, RawRing.NextFlag, 0);

        Assert.Equal(8, Walk(pair, 0, ChainResult.Malformed).Count);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0x8000)]
    [InlineData(0xFFFF)]
    public void NextOutsideTheTableIsMalformed(int next)
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 1, RawRing.NextFlag, (ushort)next);
        _ = Assert.Single(Walk(pair, 0, ChainResult.Malformed));
    }

    [Fact]
    public void BufferToBeReadBehindABufferToBeWrittenIsMalformed()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 1, RawRing.NextFlag | RawRing.WriteFlag, 1);
        pair.Raw.Describe(1, pair.BufferAddress, 1, 0);
        _ = Assert.Single(Walk(pair, 0, ChainResult.Malformed));
    }

    [Theory]
    [InlineData(0, 1u, true)]
    [InlineData(-1, 1u, true)]
    [InlineData(-1, 2u, false)]
    [InlineData(0, 0u, true)]
    [InlineData(0, uint.MaxValue, false)]
    [InlineData(0, QueuePair.BufferBytes + 1u, false)]
    public void BufferIsAcceptedOnlyWhenAllOfItIsShared(int fromEnd, uint length, bool inside)
    {
        using var pair = new QueuePair(8);
        ulong address = fromEnd < 0 ? pair.EndAddress - 1 : pair.BufferAddress;
        pair.Raw.Describe(0, address, length, 0);
        Assert.Equal(inside ? 1 : 0, Walk(pair, 0, inside ? ChainResult.End : ChainResult.Outside).Count);
    }

    [Theory]
    [InlineData(ulong.MaxValue, 1u)]
    [InlineData(ulong.MaxValue, 2u)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul, 0x1001u)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul, 0x2000u)]
    [InlineData(0x8000_0000_0000_0000ul, 16u)]
    [InlineData(0x1_0000_0000ul, 16u)]
    public void BufferWhoseAddressWrapsOrLiesFarAwayIsOutside(ulong address, uint length)
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, address, length, 0);
        Assert.Empty(Walk(pair, 0, ChainResult.Outside));
    }

    [Fact]
    public void IndirectTableIsFollowedBehindDirectDescriptors()
    {
        using var pair = new QueuePair(8);
        RawRing table = Table(pair);
        pair.Raw.Describe(0, pair.BufferAddress, 1, RawRing.NextFlag, 1);
        pair.Raw.Describe(1, pair.BufferAddress, 3 * 16, RawRing.IndirectFlag);
        table.Describe(0, pair.BufferAddress, 2, RawRing.NextFlag, 2);
        table.Describe(2, pair.BufferAddress, 3, RawRing.WriteFlag);

        List<(ulong, uint Length, bool Writes)> segments = Walk(pair, 0, ChainResult.End);

        Assert.Equal([1u, 2u, 3u], segments.ConvertAll(static s => s.Length));
        Assert.True(segments[2].Writes);
    }

    /// <summary>Section 2.7.5.3.2: the device ignores the WRITE flag of the descriptor that holds the table.</summary>
    [Fact]
    public void WriteFlagOfTheDescriptorThatHoldsATableIsIgnored()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag | RawRing.WriteFlag);
        Table(pair).Describe(0, pair.BufferAddress, 2, 0);
        Assert.False(Assert.Single(Walk(pair, 0, ChainResult.End)).Writes);
    }

    /// <summary>Section 2.7.5.3.1: a chain may have as many buffers as the queue has entries; the descriptor that holds
    /// their table is none of them.</summary>
    [Fact]
    public void IndirectTableOfAsManyDescriptorsAsTheQueueHasIsFollowedToItsEnd()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 8 * 16, RawRing.IndirectFlag);
        FillTable(pair, 8);
        Assert.Equal(8, Walk(pair, 0, ChainResult.End).Count);
    }

    [Fact]
    public void IndirectChainLongerThanTheQueueIsMalformed()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 9 * 16, RawRing.IndirectFlag);
        FillTable(pair, 9);
        Assert.Equal(8, Walk(pair, 0, ChainResult.Malformed).Count);
    }

    [Fact]
    public void IndirectChainThatLoopsEndsMalformedAfterTheQueueSize()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag);
        Table(pair).Describe(0, pair.BufferAddress, 2, RawRing.NextFlag, 0);
        Assert.Equal(8, Walk(pair, 0, ChainResult.Malformed).Count);
    }

    [Fact]
    public void NestedIndirectTableIsMalformed()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag);
        Table(pair).Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag);
        Assert.Empty(Walk(pair, 0, ChainResult.Malformed));
    }

    [Fact]
    public void IndirectTableBehindTheFirstEntryOfATableIsMalformed()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 32, RawRing.IndirectFlag);
        Table(pair).Describe(0, pair.BufferAddress, 2, RawRing.NextFlag, 1);
        Table(pair).Describe(1, pair.BufferAddress, 16, RawRing.IndirectFlag);
        _ = Assert.Single(Walk(pair, 0, ChainResult.Malformed));
    }

    [Fact]
    public void DescriptorThatIsIndirectAndHasANextIsMalformed()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag | RawRing.NextFlag, 1);
        Table(pair).Describe(0, pair.BufferAddress, 2, 0);
        Assert.Empty(Walk(pair, 0, ChainResult.Malformed));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(15u)]
    [InlineData(17u)]
    [InlineData(40u)]
    [InlineData(uint.MaxValue)]
    public void IndirectTableWhoseLengthIsNoMultipleOf16IsMalformed(uint length)
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, length, RawRing.IndirectFlag);
        Table(pair).Describe(0, pair.BufferAddress, 2, 0);
        Assert.Empty(Walk(pair, 0, ChainResult.Malformed));
    }

    [Theory]
    [InlineData(0u, QueuePair.BufferBytes + 16u)]
    [InlineData(2u, 16u)]
    [InlineData(QueuePair.BufferBytes - 12u, 16u)]
    public void IndirectTableOutsideSharedMemoryOrUnalignedIsRefused(uint offset, uint length)
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress + offset, length, RawRing.IndirectFlag);
        Assert.Empty(Walk(pair, 0, ChainResult.Outside));
    }

    [Fact]
    public void NextOutsideAnIndirectTableIsMalformedEvenWhenTheQueueIsLarger()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.IndirectFlag);
        Table(pair).Describe(0, pair.BufferAddress, 2, RawRing.NextFlag, 1);
        _ = Assert.Single(Walk(pair, 0, ChainResult.Malformed));
    }

    [Fact]
    public void ChainThatIsNotOneBufferIsNoSingleBuffer()
    {
        using var pair = new QueuePair(8);
        pair.Raw.Describe(0, pair.BufferAddress, 16, RawRing.NextFlag, 1);
        pair.Raw.Describe(1, pair.BufferAddress, 16, 0);
        pair.Raw.Describe(2, pair.EndAddress, 16, 0);
        pair.Raw.Describe(3, pair.BufferAddress, 16, 0);

        Assert.False(pair.Device.TryReadSingle(0, out _, out _));
        Assert.False(pair.Device.TryReadSingle(2, out _, out _));
        Assert.True(pair.Device.TryReadSingle(3, out VirtqSegment segment, out byte* pointer));

        Assert.Equal(1u, pair.Device.Faults.BadChains);
        Assert.Equal(1u, pair.Device.Faults.BuffersOutside);
        Assert.Equal(16u, segment.LengthBytes);
        Assert.True(pointer == pair.Memory.Start + pair.BufferAddress);
    }

    private static RawRing Table(QueuePair pair) => new(pair.Memory.Start + pair.BufferAddress, 16, 4);

    private static void FillTable(QueuePair pair, int count)
    {
        for (int i = 0; i < count; i++)
        {
            bool last = i == count - 1;
            Table(pair).Describe(i, pair.BufferAddress, 1, last ? (ushort)0 : RawRing.NextFlag, (ushort)(i + 1));
        }
    }

    /// <summary>Walks to the end, which is final and has the given reason.</summary>
    private static List<(ulong Address, uint Length, bool Writes)> Walk(QueuePair pair, ushort head, ChainResult end)
    {
        var segments = new List<(ulong, uint, bool)>();
        VirtqChain<TestPlatform> chain = pair.Device.OpenChain(head);
        ChainResult result;
        while ((result = chain.TryNext(ref pair.DevicePlatform, out VirtqSegment segment, out byte* pointer))
            == ChainResult.Segment)
        {
            Assert.True(pointer == pair.Memory.Start + segment.Address.Value);
            segments.Add((segment.Address.Value, segment.LengthBytes, segment.DeviceWrites));
            Assert.True(segments.Count <= 8, "The walk is bounded by the queue size.");
        }

        Assert.Equal(end, result);
        Assert.Equal(ChainResult.End, chain.TryNext(ref pair.DevicePlatform, out _, out _));
        return segments;
    }
}
