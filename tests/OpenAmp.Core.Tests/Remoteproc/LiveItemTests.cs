// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed unsafe class LiveItemTests
{
    private const int LengthBytes = 0x210;

    [Fact]
    public void RegistersOfAVersion2DeviceAreWrittenInPlace()
    {
        ulong* memory = stackalloc ulong[LengthBytes / 8];
        SharedRegion region = Publish(memory);
        LiveVdev live = OpenVdev(region);

        live.WriteStatus(VirtioStatus.DriverOk);
        Assert.True(live.TryWriteDriverFeatures(new VirtioFeatures(0x1122_3344_5566_7788)));
        Assert.True(live.TryWriteVringAddress(0, 0x99AA_BBCC_DDEE_FF00));
        Assert.True(live.TryWriteVringNotifyId(0, 0x1234));
        Assert.True(live.TryWriteConfig(1, [0xD2, 0xD3]));

        byte[] expected = ItemTables.EveryKind;
        expected[0x15C] = (byte)VirtioStatus.DriverOk;
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x150), 0x1122_3344_5566_7788);
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x180), 0x99AA_BBCC_DDEE_FF00);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(0x190), 0x1234);
        expected[0x199] = 0xD2;
        expected[0x19A] = 0xD3;
        Assert.Equal(expected, new ReadOnlySpan<byte>(memory, LengthBytes).ToArray());
        Assert.Equal(VirtioStatus.DriverOk, live.ReadStatus());
        Assert.Equal(0x1122_3344_5566_7788UL, live.ReadDriverFeatures().Bits);
        Assert.True(live.TryReadVringAddress(0, out ulong address) && address == 0x99AA_BBCC_DDEE_FF00);
        Assert.True(live.TryReadVringNotifyId(0, out uint id) && id == 0x1234);
        Assert.False(live.TryReadVringAddress(1, out _) || live.TryWriteVringAddress(1, 0));
        Assert.False(live.TryReadConfig(2, stackalloc byte[2]));
    }

    [Fact]
    public void BufferRegionIsAnsweredInPlace()
    {
        ulong* memory = stackalloc ulong[LengthBytes / 8];
        SharedRegion region = Publish(memory);
        LiveVdev live = OpenVdev(region);

        Assert.True(live.TryReadBuffers(out VdevBufferLayout buffers));
        Assert.Equal((0x4_8000_0000UL, 2048u), (buffers.Address, buffers.ToDriverBufferBytes));
        buffers.Address = 0x5_0000_0000;
        buffers.ToDeviceBufferCount = 64;
        Assert.True(live.TryWriteBuffers(buffers));

        byte[] expected = ItemTables.EveryKind;
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x160), 0x5_0000_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(0x17C), 64);
        Assert.Equal(expected, new ReadOnlySpan<byte>(memory, LengthBytes).ToArray());
    }

    [Fact]
    public void ProcessorStateWordsAreWrittenInPlace()
    {
        ulong* memory = stackalloc ulong[LengthBytes / 8];
        SharedRegion region = Publish(memory);
        ResourceItemReader reader = ResourceItemReaderTests.Open(ItemTables.EveryKind);
        Assert.True(LiveProcessorState.TryCreate(
            region, ResourceItemReaderTests.ItemAt(reader, 7), out LiveProcessorState state));
        state.WriteState(ProcessorState.Crashed);
        state.WriteHeartbeat(0x11);
        state.WriteDetail(0x22);
        state.WriteRequest(ProcessorRequest.Stop);

        byte[] expected = ItemTables.EveryKind;
        (int At, byte Value)[] words = [(0x1F8, 6), (0x1FC, 0x11), (0x200, 0x22), (0x204, 3)];
        foreach ((int at, byte value) in words)
        {
            expected[at] = value;
        }

        Assert.Equal(expected, new ReadOnlySpan<byte>(memory, LengthBytes).ToArray());
        Assert.Equal(
            (ProcessorState.Crashed, 0x11u, 0x22u, ProcessorRequest.Stop),
            (state.ReadState(), state.ReadHeartbeat(), state.ReadDetail(), state.ReadRequest()));
    }

    [Fact]
    public void ItemOfAnotherKindOrOutsideTheRegionHasNoLiveWords()
    {
        ulong* memory = stackalloc ulong[LengthBytes / 8];
        SharedRegion region = Publish(memory);
        ResourceItemReader reader = ResourceItemReaderTests.Open(ItemTables.EveryKind);
        ResourceItem state = ResourceItemReaderTests.ItemAt(reader, 7);
        ResourceItem trace = ResourceItemReaderTests.ItemAt(reader, 2);
        Assert.True(reader.TryFindVdev(0, out ResourceItemVdev vdev, out _));

        Assert.False(LiveProcessorState.TryCreate(region, trace, out _));
        Assert.False(LiveProcessorState.TryCreate(region, default, out _));
        Assert.False(LiveVdev.TryCreate(region, default(ResourceItemVdev), out _));
        var tooShort = new SharedRegion(region.Start, LengthBytes - 1, default);
        Assert.False(LiveProcessorState.TryCreate(tooShort, state, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(region.Start, 0x19A, default), vdev, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(region.Start + 2, LengthBytes - 2, default), vdev, out _));
    }

    private static LiveVdev OpenVdev(SharedRegion region)
    {
        ResourceItemReader reader = ResourceItemReaderTests.Open(ItemTables.EveryKind);
        Assert.True(reader.TryFindVdev(0, out ResourceItemVdev vdev, out _));
        Assert.True(LiveVdev.TryCreate(region, vdev, out LiveVdev live));
        return live;
    }

    private static SharedRegion Publish(ulong* memory)
    {
        var region = new SharedRegion((byte*)memory, LengthBytes, default);
        Assert.True(ResourceTableWriter.TryPublish(ItemTables.EveryKind, region));
        return region;
    }
}
