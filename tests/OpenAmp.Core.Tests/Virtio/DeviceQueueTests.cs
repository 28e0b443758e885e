// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The device's side against the raw bytes of a ring, and against a driver that breaks the rules.</summary>
public sealed unsafe class DeviceQueueTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(60000)]
    [InlineData(0x8000)]
    [InlineData(0xFFFF)]
    public void HeadOutsideTheTableIsCountedAndSteppedOver(int head)
    {
        using var pair = new QueuePair(4);
        pair.Raw.Offer((ushort)head);
        pair.Raw.Offer(3);

        Assert.Equal(QueueResult.Rejected, pair.Device.TryTake(out _));
        Assert.Equal(1u, pair.Device.Faults.HeadsOutside);
        Assert.Equal(1ul, pair.Device.Faults.Total);
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort taken));
        Assert.Equal(3, taken);
    }

    [Fact]
    public void HeadThatIsHeldAlreadyIsCountedAndSteppedOver()
    {
        using var pair = new QueuePair(4);
        pair.Raw.Offer(2);
        pair.Raw.Offer(2);

        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort head));
        Assert.Equal(QueueResult.Rejected, pair.Device.TryTake(out _));
        Assert.Equal(1u, pair.Device.Faults.HeadsNotOwned);
        Assert.True(pair.Device.Push(head, 0));
        pair.Raw.Offer(2);
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out _));
        Assert.Equal(1ul, pair.Device.Faults.Total);
    }

    [Fact]
    public void ARingThatTheDriverErasesIsTold()
    {
        using var pair = new QueuePair(4);
        Assert.False(pair.Device.WasReset());
        Use(pair);
        Assert.False(pair.Device.WasReset());

        pair.Raw.UsedIndex = 0;

        Assert.True(pair.Device.WasReset());
    }

    [Fact]
    public void AUsedIndexThatWrapsToZeroIsNoReset()
    {
        using var pair = new QueuePair(4);
        for (int i = 0; i < 0x10001; i++)
        {
            Use(pair);
            Assert.False(pair.Device.WasReset());
        }
    }

    private static void Use(QueuePair pair)
    {
        pair.Raw.Offer(1);
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort head));
        Assert.True(pair.Device.Push(head, 0));
        pair.Device.Flush();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0x8000)]
    [InlineData(0xFFFF)]
    public void AvailIndexThatJumpsBreaksTheQueueForGood(int index)
    {
        using var pair = new QueuePair(4);
        pair.Raw.AvailIndex = (ushort)index;
        Assert.Equal(QueueResult.Broken, pair.Device.TryTake(out _));
        pair.Raw.AvailIndex = 1;
        Assert.Equal(QueueResult.Broken, pair.Device.TryTake(out _));

        Assert.True(pair.Device.IsBroken);
        Assert.False(pair.Device.HasAvailable());
        Assert.Equal(1u, pair.Device.Faults.IndexJumps);
    }

    [Fact]
    public void IndexThatJumpsWhileEntriesAreLeftSpoilsOnlyWhatComesAfterThem()
    {
        using var pair = new QueuePair(4);
        pair.Raw.Offer(0);
        pair.Raw.Offer(1);
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out _));
        pair.Raw.AvailIndex = 100;

        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort second));
        Assert.Equal(1, second);
        Assert.Equal(QueueResult.Broken, pair.Device.TryTake(out _));
    }

    [Fact]
    public void OnlyChainsThatAreHeldAreHandedBack()
    {
        using var pair = new QueuePair(4);
        Assert.False(pair.Device.Push(0, 0));
        Assert.False(pair.Device.Push(4, 0));
        Assert.False(pair.Device.Push(ushort.MaxValue, 0));
        pair.Raw.Offer(1);
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort head));
        Assert.True(pair.Device.Push(head, 5));
        Assert.False(pair.Device.Push(head, 5));
        pair.Device.Flush();

        Assert.Equal(1, pair.Raw.UsedIndex);
        Assert.Equal(1u, pair.Raw.UsedHead(0));
        Assert.Equal(5u, pair.Raw.UsedLength(0));
    }

    [Fact]
    public void HandedBackChainIsSeenOnlyAfterFlushAndKicksOnce()
    {
        using var pair = new QueuePair(4);
        pair.Raw.Offer(0);
        pair.Raw.Offer(1);
        _ = pair.Device.TryTake(out _);
        _ = pair.Device.TryTake(out _);
        Assert.True(pair.Device.Push(1, 0));
        Assert.True(pair.Device.Push(0, 0));
        Assert.Equal(0, pair.Raw.UsedIndex);

        pair.Device.Flush();
        pair.Device.Flush();

        Assert.Equal(2, pair.Raw.UsedIndex);
        Assert.Equal(1u, pair.Raw.UsedHead(0));
        Assert.Equal(0u, pair.Raw.UsedHead(1));
        Assert.Equal(1, pair.DeviceMachine.NotifyCount);
        Assert.Equal(2u, pair.DeviceMachine.LastNotifyId);
    }

    [Fact]
    public void TagStaysWithTheChain()
    {
        using var pair = new QueuePair(4);
        pair.Device.SetTag(3, 77);
        Assert.Equal(77u, pair.Device.GetTag(3));
        Assert.Equal(0u, pair.Device.GetTag(2));
    }

    [Fact]
    public void AttachingWritesNothingToTheRing()
    {
        using var pair = new QueuePair(4);
        byte[] before = pair.Memory.Bytes.ToArray();
        using var slots = new GuardedMemory((nuint)(4 * sizeof(DeviceSlot)));
        TestPlatform platform = pair.DevicePlatform;
        Assert.True(VringMemory.TryMap(ref platform, default, LinkShape.Ring(4, 16), out VringMemory ring));

        _ = new DeviceQueue<TestPlatform>(platform, ring, (DeviceSlot*)slots.Start, eventIndex: false, notifyId: 0);

        Assert.Equal(before, pair.Memory.Bytes.ToArray());
    }
}
