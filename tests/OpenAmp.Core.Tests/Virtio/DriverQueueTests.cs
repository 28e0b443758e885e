// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The driver's side against the raw bytes of a ring, and against a device that breaks the rules.</summary>
public sealed class DriverQueueTests
{
    [Fact]
    public void ChainIsWrittenAsLinkedDescriptors()
    {
        using var pair = new QueuePair(8);
        VirtqSegment[] segments =
            [pair.Segment(0, 16, false), pair.Segment(64, 32, false), pair.Segment(128, 48, true)];

        Assert.True(pair.Driver.TryBuild(segments, out ushort head));

        Assert.Equal(0, head);
        ushort[] flags = [RawRing.NextFlag, RawRing.NextFlag, RawRing.WriteFlag];
        ushort[] next = [1, 2, 0];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(segments[i].Address.Value, pair.Raw.Address(i));
            Assert.Equal(segments[i].LengthBytes, pair.Raw.Length(i));
            Assert.Equal(flags[i], pair.Raw.Flags(i));
            Assert.Equal(next[i], pair.Raw.Next(i));
        }

        Assert.Equal(5, pair.Driver.FreeDescriptorCount);
        Assert.Equal(0, pair.Raw.AvailIndex);
    }

    [Fact]
    public void PostedChainIsSeenOnlyAfterFlush()
    {
        using var pair = new QueuePair(4);
        Assert.True(pair.Driver.Post(pair.Build(64, deviceWrites: false)));
        Assert.Equal(0, pair.Raw.AvailIndex);

        pair.Driver.Flush();

        Assert.Equal(1, pair.Raw.AvailIndex);
        Assert.Equal(0, pair.Raw.AvailEntry(0));
        Assert.Equal(1, pair.DriverMachine.NotifyCount);
        Assert.Equal(1u, pair.DriverMachine.LastNotifyId);
    }

    [Fact]
    public void FlushWithNothingNewDoesNotKick()
    {
        using var pair = new QueuePair(4);
        _ = pair.Offer();
        pair.Driver.Flush();
        Assert.Equal(1, pair.DriverMachine.NotifyCount);
        Assert.Equal(1ul, pair.Driver.KicksSent);
    }

    [Fact]
    public void BuffersToBeReadBehindBuffersToBeWrittenAreRefused()
    {
        using var pair = new QueuePair(4);
        VirtqSegment[] segments = [pair.Segment(0, 16, true), pair.Segment(64, 16, false)];

        Assert.False(pair.Driver.TryBuild(segments, out _));
        Assert.Equal(4, pair.Driver.FreeDescriptorCount);
    }

    /// <summary>C library defect 6.2: a full ring and a bad number are unchecked outside debug builds.</summary>
    [Fact]
    public void FullTableRefusesAnotherChainAndChangesNothing()
    {
        using var pair = new QueuePair(4);
        VirtqSegment[] three = [pair.Segment(0, 1, false), pair.Segment(1, 1, false), pair.Segment(2, 1, false)];
        VirtqSegment[] two = three[..2];
        Assert.True(pair.Driver.TryBuild(three, out ushort first));
        Assert.False(pair.Driver.TryBuild(two, out _));
        Assert.False(pair.Driver.TryBuild([], out _));
        Assert.Equal(1, pair.Driver.FreeDescriptorCount);
        Assert.True(pair.Driver.TryBuild(two.AsSpan(0, 1), out ushort last));
        Assert.Equal(3, last);
        Assert.Equal(0, pair.Driver.FreeDescriptorCount);
        Assert.False(pair.Driver.TryBuild(two.AsSpan(0, 1), out _));
        Assert.True(pair.Driver.Free(first));
        Assert.True(pair.Driver.Free(last));
        Assert.Equal(4, pair.Driver.FreeDescriptorCount);
    }

    [Fact]
    public void ChainIsPostedAndFreedOnlyWhileItIsOurs()
    {
        using var pair = new QueuePair(4);
        Assert.False(pair.Driver.Post(0));
        Assert.False(pair.Driver.Free(0));
        Assert.False(pair.Driver.Post(4));
        Assert.False(pair.Driver.Free(ushort.MaxValue));
        VirtqSegment[] segments = [pair.Segment(0, 16, false), pair.Segment(64, 16, false)];
        Assert.True(pair.Driver.TryBuild(segments, out ushort head));
        Assert.False(pair.Driver.Post(1), "An inner descriptor is not a chain.");
        Assert.False(pair.Driver.Free(1));
        Assert.True(pair.Driver.Post(head));
        Assert.False(pair.Driver.Post(head));
        Assert.False(pair.Driver.Free(head));
        Assert.Equal(2, pair.Driver.FreeDescriptorCount);
    }

    /// <summary>C library defect 6.1 #3: a used id of 60000 crashed the driver.</summary>
    [Theory]
    [InlineData(60000u)]
    [InlineData(4u)]
    [InlineData(0x8000u)]
    [InlineData(0x1_0000u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void UsedIdOutsideTheTableIsCountedAndSteppedOver(uint id)
    {
        using var pair = new QueuePair(4);
        ushort head = pair.Offer();

        pair.Raw.Return(id, 8);
        pair.Raw.Return(head, 8);

        Assert.Equal(QueueResult.Rejected, pair.Driver.TryTakeUsed(out _, out _));
        Assert.Equal(1u, pair.Driver.Faults.HeadsOutside);
        Assert.Equal(1ul, pair.Driver.Faults.Total);
        Assert.Equal(QueueResult.Taken, pair.Driver.TryTakeUsed(out ushort taken, out uint written));
        Assert.Equal(head, taken);
        Assert.Equal(8u, written);
    }

    [Fact]
    public void UsedIdThatCameBackAlreadyIsCountedAndSteppedOver()
    {
        using var pair = new QueuePair(4);
        ushort head = pair.Offer();
        pair.Raw.Return(head, 8);
        pair.Raw.Return(head, 8);

        Assert.Equal(QueueResult.Taken, pair.Driver.TryTakeUsed(out _, out _));
        Assert.Equal(QueueResult.Rejected, pair.Driver.TryTakeUsed(out _, out _));
        Assert.Equal(QueueResult.Empty, pair.Driver.TryTakeUsed(out _, out _));
        Assert.Equal(1u, pair.Driver.Faults.HeadsNotOwned);
        Assert.Equal(1ul, pair.Driver.Faults.Total);
    }

    [Fact]
    public void UsedIdsThatWereNeverPostedAreCountedAndSteppedOver()
    {
        using var pair = new QueuePair(8);
        VirtqSegment[] segments = [pair.Segment(0, 16, false), pair.Segment(64, 16, true)];
        Assert.True(pair.Driver.TryBuild(segments, out ushort head));
        Assert.True(pair.Driver.Post(head));
        pair.Driver.Flush();
        ushort unposted = pair.Build(8, deviceWrites: true);

        pair.Raw.Return(1, 0);
        pair.Raw.Return(unposted, 0);
        pair.Raw.Return(7, 0);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(QueueResult.Rejected, pair.Driver.TryTakeUsed(out _, out _));
        }

        Assert.Equal(3u, pair.Driver.Faults.HeadsNotOwned);
        Assert.Equal(3ul, pair.Driver.Faults.Total);
    }

    [Fact]
    public void WrittenLengthNeverGoesBeyondWhatTheChainLetsTheDeviceWrite()
    {
        using var pair = new QueuePair(8);
        VirtqSegment[] segments = [pair.Segment(0, 16, false), pair.Segment(64, 10, true), pair.Segment(80, 20, true)];
        Assert.True(pair.Driver.TryBuild(segments, out ushort head));
        foreach ((uint claimed, uint believed, uint faults) in new[] { (30u, 30u, 0u), (31u, 30u, 1u), (~0u, 30u, 2u) })
        {
            Assert.True(pair.Driver.Post(head));
            pair.Driver.Flush();
            pair.Raw.Return(head, claimed);
            Assert.Equal(QueueResult.Taken, pair.Driver.TryTakeUsed(out _, out uint written));
            Assert.Equal(believed, written);
            Assert.Equal(faults, pair.Driver.Faults.LengthsBeyondBuffer);
        }
    }

    [Fact]
    public void LengthReturnedWithABufferThatWasOnlyReadIsNoFault()
    {
        using var pair = new QueuePair(4);
        ushort head = pair.Offer(512, deviceWrites: false);
        pair.Raw.Return(head, 512);

        Assert.Equal(QueueResult.Taken, pair.Driver.TryTakeUsed(out _, out uint written));
        Assert.Equal(0u, written);
        Assert.Equal(0ul, pair.Driver.Faults.Total);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0x8000)]
    [InlineData(0xFFFF)]
    public void UsedIndexThatJumpsBreaksTheQueueForGood(int index)
    {
        using var pair = new QueuePair(4);
        ushort head = pair.Offer();
        pair.Raw.UsedHead(0) = head;

        pair.Raw.UsedIndex = (ushort)index;
        Assert.Equal(QueueResult.Broken, pair.Driver.TryTakeUsed(out _, out _));
        pair.Raw.UsedIndex = 1;
        Assert.Equal(QueueResult.Broken, pair.Driver.TryTakeUsed(out _, out _));

        Assert.True(pair.Driver.IsBroken);
        Assert.False(pair.Driver.HasUsed());
        Assert.False(pair.Driver.SetNotifications(wanted: true));
        Assert.Equal(1u, pair.Driver.Faults.IndexJumps);
    }

    [Fact]
    public void DescriptorsThatTheDeviceScribblesOnAreNeverReadBack()
    {
        using var pair = new QueuePair(4);
        VirtqSegment[] segments = [pair.Segment(0, 16, false), pair.Segment(64, 16, true)];
        Assert.True(pair.Driver.TryBuild(segments, out ushort head));
        Assert.True(pair.Driver.Post(head));
        pair.Driver.Flush();

        // The device's hand in everything that it can reach.
        pair.Memory.Bytes[..(16 * 4)].Fill(0xFF);
        pair.Raw.AvailFlags = 0xFFFF;
        pair.Raw.AvailIndex = 0x7777;
        pair.Raw.Return(head, 99);

        Assert.Equal(QueueResult.Taken, pair.Driver.TryTakeUsed(out _, out uint written));
        Assert.Equal(16u, written);
        Assert.True(pair.Driver.Free(head));
        Assert.Equal(4, pair.Driver.FreeDescriptorCount);
        ushort again = pair.Offer();
        Assert.Equal(2, pair.Raw.AvailIndex);
        Assert.Equal(again, pair.Raw.AvailEntry(1));
    }
}
