// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class StaticVringLayoutTests
{
    private const ulong Megabyte = 1 << 20;

    [Fact]
    public void TheSamplesPlacesAreThoseOfItsSource()
    {
        // rpmsg_ivshmem_backend.c: shmem_size -= 0x400; rx = base + shmem_size - 0x400; tx = base + shmem_size.
        var layout = StaticVringLayout.DualQemu(4 * Megabyte);
        Assert.Equal(0ul, layout.StatusOffsetBytes);
        Assert.Equal(0x400ul, layout.PoolOffsetBytes);
        Assert.Equal(0x3FF800ul, layout.ToDriverRingOffsetBytes);
        Assert.Equal(0x3FFC00ul, layout.ToDeviceRingOffsetBytes);
        Assert.Equal((16u, 4u, 512u), (layout.EntryCount, layout.AlignmentBytes, layout.BufferSizeBytes));
        Assert.Equal(StaticVringFault.None, layout.Check(out _, out _));
    }

    [Fact]
    public void ZephyrsPlacesFollowFromMemoryBufferSizeAndAlignment()
    {
        // 32 KiB: 32 entries need 2 * (32 * 512 + 0x34A rounded) bytes, which are too many; 16 remain.
        var layout = StaticVringLayout.Zephyr(0x8000, 512, 4);
        Assert.Equal((16u, 4u, 512u), (layout.EntryCount, layout.AlignmentBytes, layout.BufferSizeBytes));
        Assert.Equal(4ul, layout.PoolOffsetBytes);
        Assert.Equal(0x4004ul, layout.ToDeviceRingOffsetBytes);
        Assert.Equal(0x4004ul + 0x1B0, layout.ToDriverRingOffsetBytes);
        Assert.Equal(StaticVringFault.None, layout.Check(out _, out _));

        // With a cache line of 32 bytes everything starts at one.
        layout = StaticVringLayout.Zephyr(0x10000, 256, 32);
        Assert.Equal((64u, 32ul), (layout.EntryCount, layout.PoolOffsetBytes));
        Assert.Equal(0x8020ul, layout.ToDeviceRingOffsetBytes);
        Assert.Equal(0ul, layout.ToDriverRingOffsetBytes % 32);
        Assert.Equal(StaticVringFault.None, layout.Check(out _, out _));
    }

    [Theory]
    [InlineData(0x4000, StaticVringPart.ToDriverRing, StaticVringPart.ToDeviceBuffers)]
    [InlineData(0x2000, StaticVringPart.ToDriverRing, StaticVringPart.ToDriverBuffers)]
    public void OnlyBytesReallyUsedOverlap(int memoryBytes, StaticVringPart first, StaticVringPart second)
    {
        var layout = StaticVringLayout.DualQemu((ulong)memoryBytes);
        layout.MemoryBytes = Megabyte;
        Assert.Equal(StaticVringFault.Overlap, layout.Check(out StaticVringPart one, out StaticVringPart other));
        Assert.Equal((first, second), (one, other));

        // The smallest memory of the sample's: the last buffer ends where the first ring starts.
        layout = StaticVringLayout.DualQemu(0x400 + 0x4000 + 0x800);
        Assert.Equal(StaticVringFault.None, layout.Check(out _, out _));
        layout.ToDriverRingOffsetBytes -= 4;
        Assert.Equal(StaticVringFault.Overlap, layout.Check(out _, out _));
    }

    [Fact]
    public void WhatDoesNotFitIsFoundAndNotDescribed()
    {
        AssertFault(StaticVringFault.OutsideMemory, StaticVringPart.ToDriverRing, StaticVringLayout.DualQemu(0x400));
        AssertFault(StaticVringFault.BadEntryCount, StaticVringPart.None, StaticVringLayout.Zephyr(0x100, 512, 4));
        AssertFault(StaticVringFault.BadAlignment, StaticVringPart.None,
            Change(static (ref x) => x.AlignmentBytes = 6));
        AssertFault(StaticVringFault.BadBufferSize, StaticVringPart.None,
            Change(static (ref x) => x.BufferSizeBytes = 16));
        AssertFault(StaticVringFault.BadBufferSize, StaticVringPart.None,
            Change(static (ref x) => x.BufferSizeBytes = 30));
        AssertFault(StaticVringFault.Misaligned, StaticVringPart.ToDeviceRing,
            Change(static (ref x) => x.ToDeviceRingOffsetBytes += 2));
        AssertFault(StaticVringFault.OutsideMemory, StaticVringPart.ToDriverBuffers,
            Change(static (ref x) => x.PoolOffsetBytes = ulong.MaxValue - 0x2000));
        AssertFault(StaticVringFault.OutsideMemory, StaticVringPart.ToDeviceBuffers,
            Change(static (ref x) => x.PoolOffsetBytes = Megabyte - 0x2000));
    }

    [Fact]
    public void TheLinkLiesAtTheMemorysAddress()
    {
        var layout = StaticVringLayout.DualQemu(Megabyte);
        Assert.True(layout.TryDescribe(new DeviceAddress(0x10000000), out RpmsgLayout link));
        Assert.Equal(0x100FF800ul, link.ToDriver.RingAddress.Value);
        Assert.Equal(0x100FFC00ul, link.ToDevice.RingAddress.Value);
        Assert.Equal(0x10000400ul, link.ToDriver.PoolAddress.Value);
        Assert.Equal(0x10002400ul, link.ToDevice.PoolAddress.Value);
        Assert.Equal((16, 16), (link.ToDriver.BufferCount, link.ToDevice.BufferCount));
        Assert.False(link.EventIndex);
        Assert.False(StaticVringLayout.DualQemu(Megabyte).TryDescribe(new DeviceAddress(2), out _));
    }

    [Fact]
    public void PeersSayWhoTheyAreAndOthersAreFoundByTheSamplesRule()
    {
        byte* bytes = stackalloc byte[0x400];
        new Span<byte>(bytes, 0x400).Clear();
        SharedRegion memory = new(bytes, 0x400, default);
        Assert.True(LivePeerIds.TryCreate(memory, StaticVringLayout.DualQemu(Megabyte), out LivePeerIds ids));
        Assert.Equal(1u, ids.Read(isDriver: false, fallback: 1));
        ids.Write(isDriver: true, 0);
        ids.Write(isDriver: false, 65535);
        Assert.Equal((1, 0), (bytes[8], bytes[9]));
        Assert.Equal((0u, 65535u), (ids.Read(isDriver: true, fallback: 7), ids.Read(isDriver: false, fallback: 7)));
        Assert.False(LivePeerIds.TryCreate(memory, StaticVringLayout.Zephyr(0x8000, 512, 4), out _));
        SharedRegion small = new(bytes, 12, default);
        Assert.False(LivePeerIds.TryCreate(small, StaticVringLayout.DualQemu(Megabyte), out _));
    }

    [Fact]
    public void TheStatusByteIsOneByteInsideTheMemory()
    {
        byte* bytes = stackalloc byte[4];
        SharedRegion memory = new(bytes, 4, new DeviceAddress(0x1000));
        Assert.True(LiveStatus.TryCreate(memory, 3, out LiveStatus status));
        Assert.False(LiveStatus.TryCreate(memory, 4, out _));
        status.Write(VirtioStatus.DriverOk);
        Assert.Equal((0, 4), (bytes[2], bytes[3]));
        Assert.Equal(VirtioStatus.DriverOk, status.Read());
    }

    private delegate void Changing(ref StaticVringLayout layout);

    private static StaticVringLayout Change(Changing change)
    {
        var layout = StaticVringLayout.DualQemu(Megabyte);
        change(ref layout);
        return layout;
    }

    private static void AssertFault(StaticVringFault fault, StaticVringPart part, StaticVringLayout layout)
    {
        Assert.Equal(fault, layout.Check(out StaticVringPart first, out _));
        Assert.Equal(part, first);
        Assert.False(layout.TryDescribe(default, out _));
    }
}
