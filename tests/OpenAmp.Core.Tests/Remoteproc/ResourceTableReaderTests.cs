// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceTableReaderTests
{
    private const uint AllOnes = 0xFFFF_FFFF;

    [Fact]
    public void TwoProcessTableHoldsOneRpmsgDevice()
    {
        ResourceTableReader reader = Open(Tables.TwoProcess);
        Assert.Equal(1, reader.EntryCount);
        Assert.True(reader.TryFindVdev(0, out ResourceVdev vdev, out _));
        Assert.Equal(0x14u, vdev.OffsetBytes);
        Assert.Equal(68u, vdev.LengthBytes);
        Assert.Equal(VdevEntry.RpmsgDeviceId, vdev.Head.DeviceId);
        Assert.Equal(0u, vdev.Head.NotifyId);
        Assert.True(new VirtioFeatures(vdev.Head.DeviceFeatures).Has(VirtioFeatures.RpmsgNameService));
        Assert.Equal(VirtioStatus.None, vdev.Head.Status);
        Assert.Equal(0, vdev.ConfigSpace.Length);
        Assert.Equal(2, vdev.VringCount);
        AssertVring(vdev, 0, 0x4000, 0x1000, 256, 1);
        AssertVring(vdev, 1, 0x8000, 0x1000, 256, 2);
        Assert.False(vdev.TryGetVring(2, out _));
        Assert.False(vdev.TryGetVring(-1, out _));
        Assert.True(reader.TryValidate(out _));
        Assert.True(reader.TryValidateNotifyIds(out _));
    }

    [Fact]
    public void EveryKindOfEntryIsReadAndTheUnknownIsKept()
    {
        ResourceTableReader reader = Open(Tables.EveryKind);
        Assert.True(reader.TryValidate(out _));
        Assert.Equal(6, reader.EntryCount);

        Assert.True(EntryAt(reader, 0).TryReadCarveout(out CarveoutEntry carveout, out _));
        Assert.Equal((0x1000_0000u, ResourceAddress.Any, 0x10_0000u, 5u),
            (carveout.Address, carveout.PhysicalAddress, carveout.LengthBytes, carveout.Flags));
        Assert.True(carveout.Name.Matches("text"u8));

        Assert.True(EntryAt(reader, 1).TryReadVendor(out ResourceType type, out ReadOnlySpan<byte> body, out _));
        Assert.Equal(130u, (uint)type);
        Assert.Equal([1, 2, 3, 4, 5], body.ToArray());

        Assert.True(EntryAt(reader, 2).TryReadTrace(out TraceEntry trace, out _));
        Assert.Equal((0x1000_2000u, 0x1000u), (trace.Address, trace.LengthBytes));
        Assert.True(trace.Name.Matches("trace"u8));

        ResourceEntry unknown = EntryAt(reader, 3);
        Assert.Equal(ResourceKind.Unknown, unknown.Kind);
        Assert.Equal(77u, (uint)unknown.Type);
        Assert.Equal([77, 0, 0, 0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0, 0], unknown.Bytes.ToArray());
    }

    [Fact]
    public void DevmemAndVdevOfTheEveryKindTableAreRead()
    {
        ResourceTableReader reader = Open(Tables.EveryKind);
        Assert.True(EntryAt(reader, 4).TryReadDevmem(out DevmemEntry devmem, out _));
        Assert.Equal((0x4000_0000u, 0x5000_0000u, 0x100u, 3u),
            (devmem.Address, devmem.PhysicalAddress, devmem.LengthBytes, devmem.Flags));
        Assert.True(devmem.Name.Matches("uart"u8));

        Assert.True(EntryAt(reader, 5).TryReadVdev(out ResourceVdev vdev, out _));
        Assert.Equal(0x2000_0001u, vdev.Head.DeviceFeatures);
        Assert.Equal(31u, vdev.Head.NotifyId);
        AssertVring(vdev, 0, ResourceAddress.Any, 16, 8, NotifyId.Any);
        Assert.Equal([0xC1, 0xC2, 0xC3], vdev.ConfigSpace.ToArray());
    }

    [Theory]
    [InlineData(0, ResourceKind.Carveout)]
    [InlineData(1, ResourceKind.Devmem)]
    [InlineData(2, ResourceKind.Trace)]
    [InlineData(3, ResourceKind.Vdev)]
    [InlineData(4, ResourceKind.Unknown)]
    [InlineData(127, ResourceKind.Unknown)]
    [InlineData(128, ResourceKind.Vendor)]
    [InlineData(512, ResourceKind.Vendor)]
    [InlineData(513, ResourceKind.Unknown)]
    [InlineData(AllOnes, ResourceKind.Unknown)]
    public void TypeNumbersAreSortedIntoKinds(uint type, ResourceKind kind)
        => Assert.Equal(kind, ResourceEntry.KindOf((ResourceType)type));

    [Theory]
    [InlineData(0x00, 0, ResourceTableError.UnsupportedVersion, 0x00)]
    [InlineData(0x00, 2, ResourceTableError.UnsupportedVersion, 0x00)]
    [InlineData(0x00, AllOnes, ResourceTableError.UnsupportedVersion, 0x00)]
    [InlineData(0x04, AllOnes, ResourceTableError.TooManyEntries, 0x04)]
    [InlineData(0x04, 0x4000_0001, ResourceTableError.TooManyEntries, 0x04)]
    [InlineData(0x04, 257, ResourceTableError.TooManyEntries, 0x04)]
    [InlineData(0x04, 256, ResourceTableError.Truncated, 88)]
    [InlineData(0x04, 19, ResourceTableError.Truncated, 88)]
    [InlineData(0x04, 18, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x04, 2, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x08, 1, ResourceTableError.MustBeZero, 0x08)]
    [InlineData(0x0C, 0x8000_0000, ResourceTableError.MustBeZero, 0x0C)]
    [InlineData(0x10, 0, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x10, 0x13, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x10, 85, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x10, 0x7FFF_FFFF, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x10, 0xFFFF_FFFC, ResourceTableError.OffsetOutside, 0x10)]
    [InlineData(0x10, AllOnes, ResourceTableError.OffsetOutside, 0x10)]
    public void DamagedHeadIsRefusedWithTheReasonAndThePlace(
        int at, uint value, ResourceTableError error, uint offset)
    {
        Assert.False(ResourceTableReader.TryCreate(
            With(Tables.TwoProcess, at, value), out ResourceTableReader reader, out ResourceTableFault fault));
        Assert.Equal((error, offset), (fault.Error, fault.OffsetBytes));
        uint actual = (at, error) switch
        {
            (_, ResourceTableError.Truncated) => 88,
            (0x04, ResourceTableError.OffsetOutside) => 0x14,
            _ => value,
        };
        Assert.Equal(actual, fault.Actual);
        Assert.Equal(0, reader.EntryCount);
    }

    [Theory]
    [InlineData(0x10, 84, ResourceTableError.EntryTruncated, 84, 4)]
    [InlineData(0x28, 1, ResourceTableError.EntryTruncated, 0x28, 68)]
    [InlineData(0x28, 0x7FFF_FFFF, ResourceTableError.EntryTruncated, 0x28, 68)]
    [InlineData(0x28, 0x8000_0000, ResourceTableError.EntryTruncated, 0x28, 68)]
    [InlineData(0x28, 0xFFFF_FFBC, ResourceTableError.EntryTruncated, 0x28, 68)]
    [InlineData(0x28, AllOnes, ResourceTableError.EntryTruncated, 0x28, 68)]
    [InlineData(0x2C, 0x0000_0300, ResourceTableError.EntryTruncated, 0x2D, 68)]
    [InlineData(0x2C, 0x0000_4000, ResourceTableError.EntryTruncated, 0x2D, 68)]
    [InlineData(0x2C, 0x0000_4100, ResourceTableError.VringCount, 0x2D, 65)]
    [InlineData(0x2C, 0x0000_FF00, ResourceTableError.VringCount, 0x2D, 255)]
    [InlineData(0x2C, 0x0001_0200, ResourceTableError.MustBeZero, 0x2E, 1)]
    [InlineData(0x2C, 0x0100_0200, ResourceTableError.MustBeZero, 0x2E, 256)]
    [InlineData(0x2C, AllOnes, ResourceTableError.MustBeZero, 0x2E, 0xFFFF)]
    [InlineData(0x34, 0, ResourceTableError.RingAlignment, 0x34, 0)]
    [InlineData(0x34, 4095, ResourceTableError.RingAlignment, 0x34, 4095)]
    [InlineData(0x48, AllOnes, ResourceTableError.RingAlignment, 0x48, AllOnes)]
    [InlineData(0x38, 0, ResourceTableError.RingSize, 0x38, 0)]
    [InlineData(0x38, 255, ResourceTableError.RingSize, 0x38, 255)]
    [InlineData(0x38, 65536, ResourceTableError.RingSize, 0x38, 65536)]
    [InlineData(0x4C, 0x8000_0000, ResourceTableError.RingSize, 0x4C, 0x8000_0000)]
    [InlineData(0x4C, AllOnes, ResourceTableError.RingSize, 0x4C, AllOnes)]
    public void DamagedVdevIsRefusedWithTheReasonAndThePlace(
        int at, uint value, ResourceTableError error, uint offset, uint actual)
    {
        ResourceTableReader reader = Open(With(Tables.TwoProcess, at, value));
        Assert.False(reader.TryValidate(out ResourceTableFault fault));
        Assert.Equal((error, offset, actual), (fault.Error, fault.OffsetBytes, fault.Actual));
        Assert.False(reader.TryFindVdev(0, out _, out _));
    }

    [Theory]
    [InlineData(0x3C, ResourceTableError.MustBeZero, 0x3C)] // carveout
    [InlineData(0x7C, ResourceTableError.MustBeZero, 0x7C)] // trace
    [InlineData(0xC0, ResourceTableError.MustBeZero, 0xC0)] // devmem
    [InlineData(0x64, ResourceTableError.EntryOverlap, 0x64)] // vendor's length
    [InlineData(0xF8, ResourceTableError.EntryTruncated, 0xF8)] // configuration length
    public void DamagedEntryIsRefusedWithTheReasonAndThePlace(int at, ResourceTableError error, uint offset)
    {
        ResourceTableReader reader = Open(With(Tables.EveryKind, at, AllOnes));
        Assert.False(reader.TryValidate(out ResourceTableFault fault));
        Assert.Equal((error, offset), (fault.Error, fault.OffsetBytes));
    }

    [Theory]
    [InlineData(0x28, 0)]
    [InlineData(0x2A, 2)]
    [InlineData(0x2C, 4)]
    [InlineData(0x5F, 55)]
    public void EntryThatRunsIntoTheNextIsRefused(uint secondOffset, uint available)
    {
        ResourceTableReader reader = Open(With(Tables.EveryKind, 0x14, secondOffset));
        Assert.False(reader.TryValidate(out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.EntryOverlap, 0x28u, available),
            (fault.Error, fault.OffsetBytes, fault.Actual));
    }

    [Fact]
    public void VdevThatIsNotOnAMultipleOfFourIsRefused()
    {
        byte[] table = [.. With(Tables.TwoProcess, 0x10, 0x15)[..0x14], 0, .. Tables.TwoProcess[0x14..]];
        Assert.False(Open(table).TryValidate(out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.EntryMisaligned, 0x15u), (fault.Error, fault.OffsetBytes));
    }

    [Theory]
    [InlineData(1, ResourceTableError.DuplicateNotifyId)]
    [InlineData(0, ResourceTableError.None)] // the vdev's own id is another matter
    [InlineData(AllOnes, ResourceTableError.None)]
    public void RepeatedNotifyIdIsFoundWhenAskedFor(uint secondId, ResourceTableError error)
    {
        ResourceTableReader reader = Open(With(Tables.TwoProcess, 0x50, secondId));
        Assert.True(reader.TryValidate(out _));
        Assert.Equal(error == ResourceTableError.None, reader.TryValidateNotifyIds(out ResourceTableFault fault));
        Assert.Equal((error, error == ResourceTableError.None ? 0u : 0x50u), (fault.Error, fault.OffsetBytes));
    }

    [Fact]
    public void TwoVringsThatBothAskForAnyIdAreNoRepetition()
    {
        byte[] table = With(With(Tables.TwoProcess, 0x3C, AllOnes), 0x50, AllOnes);
        Assert.True(Open(table).TryValidateNotifyIds(out _));
    }

    [Fact]
    public void WrongVerbSaysWhichTypeTheEntryHas()
    {
        Assert.False(EntryAt(Open(Tables.EveryKind), 3).TryReadTrace(out _, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.WrongType, 77u), (fault.Error, fault.Actual));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void MissingEntryIsNotFound(int index)
    {
        ResourceTableReader reader = Open(Tables.EveryKind);
        Assert.False(reader.TryGetEntry(index, out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.NotFound, fault.Error);
        Assert.False(reader.TryFindVdev(index, out _, out fault));
        Assert.Equal(ResourceTableError.NotFound, fault.Error);
    }

    [Fact]
    public void BytesAfterTheTableAreNoFault()
        => Assert.True(Open([.. Tables.TwoProcess, .. new byte[0x2000]]).TryFindVdev(0, out _, out _));

    [Fact]
    public void EmptyTableIsATable()
    {
        byte[] table = [1, .. new byte[15]];
        Assert.True(Open(table).TryValidate(out _));
    }

    [Fact]
    public void TableCutAnywhereIsRefusedWithAReason()
    {
        Assert.All(new[] { Tables.TwoProcess, Tables.EveryKind }, table =>
        {
            for (int length = 0; length < table.Length; length++)
            {
                Assert.NotEqual(ResourceTableError.None, TableWalk.Run(table.AsSpan(0, length), out _));
            }

            Assert.Equal(ResourceTableError.None, TableWalk.Run(table, out int visitedCount));
            Assert.Equal(table[4], visitedCount);
        });
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        byte[] table = Tables.EveryKind;
        TableWalk.Run(table, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TableWalk.Run(table, out int visitedCount);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(6, visitedCount);
    }

    private static ResourceTableReader Open(byte[] table)
    {
        Assert.True(ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out _));
        return reader;
    }

    private static ResourceEntry EntryAt(ResourceTableReader reader, int index)
    {
        Assert.True(reader.TryGetEntry(index, out ResourceEntry entry, out _));
        return entry;
    }

    private static byte[] With(byte[] table, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), value);
        return table;
    }

    private static void AssertVring(ResourceVdev vdev, int index, uint address, uint align, uint count, uint id)
    {
        Assert.True(vdev.TryGetVring(index, out VringEntry vring));
        Assert.Equal((address, align, count, id),
            (vring.Address, vring.AlignmentBytes, vring.EntryCount, vring.NotifyId));
    }
}
