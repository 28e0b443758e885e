// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed class WideTableTests
{
    [Fact]
    public void Version2HasTheShapeOfVersion1()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryItem);

        Assert.Equal((2, 8), (table.FormatVersion, table.Entries.Count));
        CarveoutResource carveout = Assert.Single(table.Carveouts);
        Assert.Equal(
            (0x1_1000_0000UL, ResourceAddress.Any64, 0x2_0000_0000UL, 5u, "text", true),
            (carveout.Address, carveout.PhysicalAddress, carveout.LengthBytes, carveout.Flags, carveout.Name,
                carveout.IsRequired));
        DevmemResource devmem = Assert.Single(table.Devmems);
        Assert.Equal(
            (0x2_4000_0000UL, 0x3_5000_0000UL, 0x100UL, 3u, "uart"),
            (devmem.Address, devmem.PhysicalAddress, devmem.LengthBytes, devmem.Flags, devmem.Name));
        TraceResource trace = Assert.Single(table.Traces);
        Assert.Equal(
            (0x1_1000_2000UL, 0x1000UL, "trace", TraceMethod.FlipFlop, (uint?)9, false),
            (trace.Address, trace.LengthBytes, trace.Name, trace.Method, trace.NotifyId, trace.IsRequired));
        Assert.Equal([1, 2, 3, 4, 5], Assert.Single(table.Vendors).Body.ToArray());
        UnknownResource unknown = Assert.Single(table.Unknowns);
        Assert.Equal(((ResourceType)77, 3), (unknown.Type, unknown.ItemVersion));
        Assert.Equal([0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6], unknown.Body.ToArray());
    }

    [Fact]
    public void VirtioDeviceHasWideFeaturesRingsAndBuffers()
    {
        VdevResource vdev = Assert.Single(ResourceTable.Parse(GoldenTables.EveryItem).Vdevs);

        Assert.Equal(
            (7u, 0x1Fu, 0x1_2000_0001UL, 3u),
            (vdev.DeviceId, vdev.NotifyId, vdev.DeviceFeatures, vdev.ConfigLengthBytes));
        VringResource vring = Assert.Single(vdev.Vrings);
        Assert.Equal(
            (ResourceAddress.Any64, 16u, 8u, NotifyId.Any),
            (vring.Address, vring.AlignmentBytes, vring.EntryCount, vring.NotifyId));
        VdevBuffers buffers = Assert.IsType<VdevBuffers>(vdev.Buffers);
        Assert.Equal(
            (0x4_8000_0000UL, 0x10_0000UL, 2048u, 16u, 512u, 32u),
            (buffers.Address, buffers.LengthBytes, buffers.ToDriverBufferBytes, buffers.ToDriverBufferCount,
                buffers.ToDeviceBufferBytes, buffers.ToDeviceBufferCount));
        Assert.Equal([0xC1, 0xC2, 0xC3], vdev.ConfigSpace.ToArray());
    }

    [Fact]
    public void WideAddressesAreSetInTheBytes()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryItem);
        table.Carveouts[0].Address = 0xFFFF_FFFF;
        table.Vdevs[0].Vrings[0].Address = 0x7_0000_0000;
        table.Vdevs[0].Buffers!.Address = 0x8_0000_0000;
        table.Vdevs[0].Buffers!.ToDeviceBufferCount = 64;
        Assert.True(table.Traces[0].TrySetNotifyId(3));
        table.ProcessorState!.NotifyId = 4;

        byte[] expected = GoldenTables.EveryItem;
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x20), 0xFFFF_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x180), 0x7_0000_0000);
        BinaryPrimitives.WriteUInt64LittleEndian(expected.AsSpan(0x160), 0x8_0000_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(0x17C), 64);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(0x9C), 3);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(0x208), 4);
        Assert.Equal(expected, table.Bytes.ToArray());
        Assert.Equal(0xFFFF_FFFFUL, table.Clone().Carveouts[0].Address);
    }

    [Fact]
    public void ParametersAreReplacedWithinTheirRoom()
    {
        ParametersResource block = ResourceTable.Parse(GoldenTables.EveryItem).Parameters[0];
        Assert.Equal(("boot", ParametersFormat.KeyValues, 16), (block.Name, block.Format, block.CapacityBytes));
        Assert.Equal([new KeyValuePair<string, string>("a", "b")], block.ReadPairs());

        block.SetPairs([new("mode", "fast"), new("n", "2")]);
        Assert.Equal("mode=fast\0n=2\0"u8.ToArray(), block.Value.ToArray());
        Assert.Equal(2, block.Table.Clone().Parameters[0].ReadPairs().Count);
        block.SetValue([7]);
        Assert.Equal([7, .. new byte[15]], block.EntryBytes[56..].ToArray());
        ResourceTableException tooLong = Assert.Throws<ResourceTableException>(() => block.SetValue(new byte[17]));
        Assert.Contains("at most 16", tooLong.Message, StringComparison.Ordinal);
        _ = Assert.Throws<ArgumentException>(() => block.SetPairs([new("a=b", "c")]));
    }

    [Fact]
    public unsafe void LiveWordsAreThoseOfTheSharedTable()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryItem);
        ulong* memory = stackalloc ulong[0x210 / 8];
        var region = new SharedRegion((byte*)memory, 0x210, default);
        table.Bytes.Span.CopyTo(new Span<byte>(memory, 0x210));

        Assert.True(table.Vdevs[0].CreateLive(region).TryWriteVringAddress(0, 0x9_0000_0000));
        table.ProcessorState!.CreateLive(region).WriteState(ProcessorState.Running);
        Assert.Equal(0x9_0000_0000UL, *(ulong*)((byte*)memory + 0x180));
        Assert.Equal(2u, *(uint*)((byte*)memory + 0x1F8));

        var tooShort = new SharedRegion(region.Start, 0x40, default);
        _ = Assert.Throws<ArgumentException>(() => table.Vdevs[0].CreateLive(tooShort));
        _ = Assert.Throws<ArgumentException>(() => table.ProcessorState.CreateLive(tooShort));
    }
}
