// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed class ResourceTableTests
{
    [Fact]
    public void EveryKindOfEntryIsFoundWithItsFields()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryKind);

        Assert.Equal(1, table.FormatVersion);
        Assert.Equal(6, table.Entries.Count);
        CarveoutResource carveout = Assert.Single(table.Carveouts);
        Assert.Equal(
            (0x1000_0000UL, ResourceAddress.Any64, 0x10_0000UL, 5u, "text", 0x28u),
            (carveout.Address, carveout.PhysicalAddress, carveout.LengthBytes, carveout.Flags, carveout.Name,
                carveout.OffsetBytes));
        Assert.False(carveout.IsAnywhere);
        DevmemResource devmem = Assert.Single(table.Devmems);
        Assert.Equal(
            (0x4000_0000UL, 0x5000_0000UL, 0x100UL, 3u, "uart"),
            (devmem.Address, devmem.PhysicalAddress, devmem.LengthBytes, devmem.Flags, devmem.Name));
        TraceResource trace = Assert.Single(table.Traces);
        Assert.Equal(
            (0x1000_2000UL, 0x1000UL, "trace", TraceMethod.PlainText, (uint?)null),
            (trace.Address, trace.LengthBytes, trace.Name, trace.Method, trace.NotifyId));
    }

    [Fact]
    public void VendorAndUnknownEntriesKeepTheirBytes()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryKind);

        VendorResource vendor = Assert.Single(table.Vendors);
        Assert.Equal((ResourceType)130, vendor.Type);
        Assert.Equal([1, 2, 3, 4, 5], vendor.Body.ToArray());
        UnknownResource unknown = Assert.Single(table.Unknowns);
        Assert.Equal((ResourceType)77, unknown.Type);
        Assert.Equal([0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0, 0], unknown.Body.ToArray());
        Assert.False(unknown.IsRequired);
    }

    [Fact]
    public void VirtioDeviceIsFoundWithItsRingsAndConfigurationSpace()
    {
        VdevResource vdev = Assert.Single(ResourceTable.Parse(GoldenTables.EveryKind).Vdevs);

        Assert.Equal(
            (7u, 0x1Fu, 0x2000_0001UL, 0UL, 3u, 0),
            (vdev.DeviceId, vdev.NotifyId, vdev.DeviceFeatures, vdev.DriverFeatures, vdev.ConfigLengthBytes,
                vdev.Ordinal));
        Assert.Equal([0xC1, 0xC2, 0xC3], vdev.ConfigSpace.ToArray());
        VringResource vring = Assert.Single(vdev.Vrings);
        Assert.Equal(
            (ResourceAddress.Any64, 16u, 8u, NotifyId.Any, 0x100u),
            (vring.Address, vring.AlignmentBytes, vring.EntryCount, vring.NotifyId, vring.OffsetBytes));
        Assert.True(vring.IsAnywhere && vdev.IsRpmsg);
        Assert.Null(vdev.Buffers);
    }

    [Fact]
    public void WhatIsSetIsSetInTheBytesAndNowhereElse()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryKind);
        table.Carveouts[0].Address = 0x2000_0000;
        table.Carveouts[0].PhysicalAddress = 0x3000_0000;
        table.Carveouts[0].LengthBytes = 0x1234;
        table.Vdevs[0].NotifyId = 5;
        table.Vdevs[0].Vrings[0].Address = 0x4000_0000;
        table.Vdevs[0].Vrings[0].NotifyId = 6;

        byte[] expected = GoldenTables.EveryKind;
        Put(expected, 0x2C, 0x2000_0000);
        Put(expected, 0x30, 0x3000_0000);
        Put(expected, 0x34, 0x1234);
        Put(expected, 0xEC, 5);
        Put(expected, 0x100, 0x4000_0000);
        Put(expected, 0x10C, 6);
        Assert.Equal(expected, table.Bytes.ToArray());
    }

    [Fact]
    public void AnywhereIsOneValueWhateverTheWidthOfTheField()
    {
        var table = ResourceTable.Parse(GoldenTables.EveryKind);
        table.Carveouts[0].Address = ResourceAddress.Any64;

        Assert.True(table.Carveouts[0].IsAnywhere);
        Assert.Equal(0xFFFF_FFFFu, BinaryPrimitives.ReadUInt32LittleEndian(table.Bytes.Span[0x2C..]));
    }

    [Theory]
    [InlineData(0x1_0000_0000)]
    [InlineData(0xFFFF_FFFF)]
    public void AddressThatVersion1HasNoRoomForIsRefusedByName(long address)
    {
        var table = ResourceTable.Parse(GoldenTables.EveryKind);

        ResourceTableException refused = Assert.Throws<ResourceTableException>(
            () => table.Carveouts[0].Address = (ulong)address);
        Assert.Contains("'text'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"0x{address:x}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("offset 0x2c", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GoldenTables.EveryKind, table.Bytes.ToArray());
        _ = Assert.Throws<ResourceTableException>(() => table.Vdevs[0].Vrings[0].Address = (ulong)address);
    }

    [Fact]
    public void CloneChangesAlone()
    {
        var table = ResourceTable.Parse(GoldenTables.TwoRings);
        ResourceTable clone = table.Clone();
        clone.Vdevs[0].Vrings[1].Address = 0x9000;

        Assert.Equal(GoldenTables.TwoRings, table.Bytes.ToArray());
        Assert.Equal(0x9000UL, clone.Clone().Vdevs[0].Vrings[1].Address);
    }

    [Fact]
    public unsafe void LiveRegistersAreThoseOfTheSharedTable()
    {
        var table = ResourceTable.Parse(GoldenTables.TwoRings);
        ulong* memory = stackalloc ulong[11];
        var region = new SharedRegion((byte*)memory, 88, default);
        table.Bytes.Span.CopyTo(new Span<byte>(memory, 88));

        LiveVdev live = table.Vdevs[0].CreateLive(region);
        Assert.Equal(2, live.VringCount);
        Assert.True(live.TryWriteVringAddress(1, 0x1122_3344));
        Assert.Equal(0x1122_3344u, *(uint*)((byte*)memory + 0x44));
        Assert.Equal(0x8000UL, table.Vdevs[0].Vrings[1].Address);
        _ = Assert.Throws<ArgumentException>(
            () => table.Vdevs[0].CreateLive(new SharedRegion(region.Start, 87, default)));
    }

    [Fact]
    public void DamageIsReportedWithRuleOffsetAndBothValues()
    {
        byte[] bytes = GoldenTables.TwoRings;
        bytes[0x38] = 3;

        ResourceTableException damaged = Assert.Throws<ResourceTableException>(() => ResourceTable.Parse(bytes));
        Assert.Equal("RSC012", damaged.RuleId);
        Assert.Equal(0x38u, damaged.Fault.OffsetBytes);
        Assert.Contains("offset 0x38", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("a power of two", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("259", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TableThatNobodyWouldWriteIsTooLong()
    {
        byte[] bytes = new byte[ResourceTableReader.MaxLengthBytes + 1];
        GoldenTables.TwoRings.CopyTo(bytes.AsSpan());

        Assert.False(ResourceTable.TryParse(bytes, out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.TableTooLong, fault.Error);
        Assert.True(ResourceTable.TryParse(bytes.AsSpan()[..^1], out ResourceTable? longest, out _));
        Assert.Equal(bytes.Length - 1, longest.LengthBytes);
    }

    private static void Put(byte[] bytes, int offset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
