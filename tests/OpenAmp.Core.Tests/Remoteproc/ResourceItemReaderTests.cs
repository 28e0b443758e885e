// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceItemReaderTests
{
    [Fact]
    public void EveryKindOfItemIsRead()
    {
        ResourceItemReader reader = Open(ItemTables.EveryKind);
        Assert.True(reader.TryValidate(out _));
        Assert.Equal(8, reader.ItemCount);
        Assert.Equal(0x210, reader.LengthBytes);

        Assert.True(ItemAt(reader, 0).TryReadCarveout(out CarveoutItem carveout, out _));
        Assert.Equal(
            (0x1_1000_0000UL, ulong.MaxValue, 0x2_0000_0000UL, 5u, ResourcePriority.Required),
            (carveout.Address, carveout.PhysicalAddress, carveout.LengthBytes, carveout.Flags, carveout.Head.Priority));
        Assert.True(carveout.Name.Matches("text"u8));
        Assert.True(ItemAt(reader, 1).TryReadVendor(out ReadOnlySpan<byte> vendor, out _));
        Assert.Equal([1, 2, 3, 4, 5], vendor.ToArray());
        Assert.True(ItemAt(reader, 2).TryReadTrace(out TraceItem trace, out _));
        Assert.Equal(
            (0x1_1000_2000UL, 0x1000UL, TraceMethod.FlipFlop, 9u),
            (trace.Address, trace.LengthBytes, trace.Method, trace.NotifyId));
        ResourceItem unknown = ItemAt(reader, 3);
        Assert.Equal((ResourceKind.Unknown, (ushort)3, 22), (unknown.Kind, unknown.Head.Version, unknown.Bytes.Length));
        Assert.True(ItemAt(reader, 4).TryReadDevmem(out DevmemItem devmem, out _));
        Assert.Equal((0x2_4000_0000UL, 0x3_5000_0000UL), (devmem.Address, devmem.PhysicalAddress));
        ResourceItem block = ItemAt(reader, 6);
        Assert.True(block.TryReadParameters(out ParametersItem parameters, out ReadOnlySpan<byte> value, out _));
        Assert.Equal(ParametersFormat.KeyValues, parameters.Format);
        Assert.True(value.SequenceEqual("a=b\0"u8));
        Assert.True(ItemAt(reader, 7).TryReadProcessorState(out ProcessorStateItem state, out _));
        Assert.Equal((NotifyId.Any, 100u), (state.NotifyId, state.HeartbeatPeriodMilliseconds));
        Assert.False(reader.TryGetItem(8, out _));
        Assert.False(reader.TryGetItem(-1, out _));
    }

    [Fact]
    public void VirtioDeviceIsReadWithBuffersRingsAndConfigurationSpace()
    {
        Assert.True(Open(ItemTables.EveryKind).TryFindVdev(0, out ResourceItemVdev vdev, out _));
        Assert.Equal(
            (7u, 0x1Fu, 0x1_2000_0001UL, 0x4_8000_0000UL, 0x10_0000UL),
            (vdev.Item.DeviceId, vdev.Item.NotifyId, vdev.Item.DeviceFeatures, vdev.Item.Buffers.Address,
                vdev.Item.Buffers.LengthBytes));
        Assert.Equal(
            (2048u, 16u, 512u, 32u),
            (vdev.Item.Buffers.ToDriverBufferBytes, vdev.Item.Buffers.ToDriverBufferCount,
                vdev.Item.Buffers.ToDeviceBufferBytes, vdev.Item.Buffers.ToDeviceBufferCount));
        Assert.True(vdev.TryGetVring(0, out VringItem vring));
        Assert.Equal((ulong.MaxValue, 16u, 8u), (vring.Address, vring.AlignmentBytes, vring.EntryCount));
        Assert.False(vdev.TryGetVring(1, out _));
        Assert.Equal([0xC1, 0xC2, 0xC3], vdev.ConfigSpace.ToArray());
        Assert.False(Open(ItemTables.EveryKind).TryFindVdev(1, out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.NotFound, fault.Error);
    }

    [Theory]
    [InlineData(0x00, 1, ResourceTableError.UnsupportedVersion, 0x00)]
    [InlineData(0x04, 257, ResourceTableError.TooManyEntries, 0x04)]
    [InlineData(0x04, 7, ResourceTableError.TableLength, 0x08)]
    [InlineData(0x04, 9, ResourceTableError.EntryTruncated, 0x210)]
    [InlineData(0x08, 0x20C, ResourceTableError.TableLength, 0x08)]
    [InlineData(0x08, 0x8, ResourceTableError.TableLength, 0x08)]
    [InlineData(0x08, 0x218, ResourceTableError.Truncated, 0x210)]
    [InlineData(0x0C, 1, ResourceTableError.MustBeZero, 0x0C)]
    [InlineData(0x14, 0x0001_0000, ResourceTableError.ItemVersion, 0x14)]
    [InlineData(0x14, 0x0002_0001, ResourceTableError.ItemPriority, 0x16)]
    [InlineData(0x18, 15, ResourceTableError.ItemLength, 0x18)]
    [InlineData(0x18, 0x400, ResourceTableError.EntryTruncated, 0x18)]
    [InlineData(0x1C, 1, ResourceTableError.MustBeZero, 0x1C)]
    [InlineData(0x74, 0x05 | (9 << 16), ResourceTableError.MustBeZero, 0x76)]
    [InlineData(0x18, 79, ResourceTableError.ItemLength, 0x18)]
    [InlineData(0x3C, 1, ResourceTableError.MustBeZero, 0x3C)]
    [InlineData(0x98, 2, ResourceTableError.UnknownMethod, 0x98)]
    [InlineData(0xA0, 1, ResourceTableError.MustBeZero, 0xA0)]
    [InlineData(0xA4, 1, ResourceTableError.MustBeZero, 0xA4)]
    [InlineData(0x158, 4, ResourceTableError.ItemLength, 0x138)]
    [InlineData(0x15C, 0x4100, ResourceTableError.VringCount, 0x15D)]
    [InlineData(0x15C, 0x0001_0100, ResourceTableError.MustBeZero, 0x15E)]
    [InlineData(0x188, 3, ResourceTableError.RingAlignment, 0x188)]
    [InlineData(0x18C, 3, ResourceTableError.RingSize, 0x18C)]
    [InlineData(0x194, 1, ResourceTableError.MustBeZero, 0x194)]
    [InlineData(0x1B0, 2, ResourceTableError.UnknownMethod, 0x1B0)]
    [InlineData(0x1B4, 17, ResourceTableError.ParametersLength, 0x1B4)]
    [InlineData(0x1F0, 39, ResourceTableError.ItemLength, 0x1F0)]
    public void DamageIsNamedWhereItIs(int at, uint value, ResourceTableError error, uint offset)
    {
        byte[] table = ItemTables.EveryKind;
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), value);

        bool valid = ResourceItemReader.TryCreate(table, out ResourceItemReader reader, out ResourceTableFault fault)
            && reader.TryValidate(out fault);
        Assert.False(valid);
        Assert.Equal((error, offset), (fault.Error, fault.OffsetBytes));
    }

    [Fact]
    public void KnownTypeInALaterVersionIsUnknownAndKept()
    {
        byte[] table = ItemTables.EveryKind;
        table[0x14] = 2;

        ResourceItem item = ItemAt(Open(table), 0);
        Assert.Equal((ResourceKind.Unknown, 80), (item.Kind, item.Bytes.Length));
        Assert.False(item.TryReadCarveout(out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.WrongType, fault.Error);
    }

    [Fact]
    public void EachVersionsReaderRefusesTheOtherVersion()
    {
        Assert.False(ResourceItemReader.TryCreate(Tables.EveryKind, out _, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.UnsupportedVersion, 1u), (fault.Error, fault.Actual));
        Assert.False(ResourceTableReader.TryCreate(ItemTables.EveryKind, out _, out fault));
        Assert.Equal((ResourceTableError.UnsupportedVersion, 2u), (fault.Error, fault.Actual));
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        byte[] table = ItemTables.EveryKind;
        for (int length = 0; length < table.Length; length++)
        {
            Assert.False(ResourceItemReader.TryCreate(table.AsSpan(0, length), out _, out ResourceTableFault fault));
            Assert.Equal((ResourceTableError.Truncated, (uint)length), (fault.Error, fault.Actual));
        }
    }

    [Fact]
    public void EverySingleByteMayHaveAnyValue()
    {
        int refusedCount = 0;
        int acceptedCount = 0;
        byte[] table = ItemTables.EveryKind;
        for (int at = 0; at < table.Length; at++)
        {
            byte original = table[at];
            for (int value = 0; value < 256; value++)
            {
                table[at] = (byte)value;
                _ = Walk(table) ? acceptedCount++ : refusedCount++;
            }

            table[at] = original;
        }

        Assert.True(refusedCount > 1000 && acceptedCount > 1000, $"{refusedCount} refused, {acceptedCount} accepted");
    }

    internal static bool Walk(ReadOnlySpan<byte> table)
    {
        if (!ResourceItemReader.TryCreate(table, out ResourceItemReader reader, out ResourceTableFault fault))
        {
            Assert.True(fault.Error != ResourceTableError.None && fault.OffsetBytes <= (uint)table.Length);
            return false;
        }

        bool valid = true;
        for (int i = 0; i < reader.ItemCount; i++)
        {
            ResourceItem item = ItemAt(reader, i);
            bool right = item.TryValidate(out fault);
            Assert.True(right || fault.OffsetBytes < (uint)table.Length);
            valid &= right;
        }

        return valid;
    }

    internal static ResourceItemReader Open(ReadOnlySpan<byte> table)
    {
        Assert.True(ResourceItemReader.TryCreate(table, out ResourceItemReader reader, out ResourceTableFault fault),
            $"{fault.Error} at {fault.OffsetBytes:x}");
        return reader;
    }

    internal static ResourceItem ItemAt(ResourceItemReader reader, int index)
    {
        Assert.True(reader.TryGetItem(index, out ResourceItem item));
        return item;
    }
}
