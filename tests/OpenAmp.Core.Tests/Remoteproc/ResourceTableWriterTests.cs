// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceTableWriterTests
{
    private static readonly VringEntry[] s_twoRings =
    [
        new() { Address = 0x4000, AlignmentBytes = 0x1000, EntryCount = 256, NotifyId = 1 },
        new() { Address = 0x8000, AlignmentBytes = 0x1000, EntryCount = 256, NotifyId = 2 },
    ];

    [Fact]
    public void TwoProcessTableIsWrittenByteForByte()
    {
        byte[] memory = new byte[88];
        Assert.True(TryWriteTwoProcess(memory, out int lengthBytes));
        Assert.Equal(88, lengthBytes);
        Assert.Equal(Tables.TwoProcess, memory);
    }

    [Fact]
    public void EveryKindIsWrittenByteForByteOverOldBytes()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)0xEE, 300)];
        Assert.True(TryWriteEveryKind(memory, out int lengthBytes));
        Assert.Equal(Tables.EveryKind, memory[..lengthBytes]);
        Assert.All(memory[lengthBytes..], value => Assert.Equal(0xEE, value));
    }

    [Fact]
    public void TableThatDoesNotFitIsNeverTakenForATable()
    {
        for (int length = 0; length < Tables.EveryKind.Length; length++)
        {
            byte[] memory = [.. Enumerable.Repeat((byte)0xEE, length)];
            Assert.False(TryWriteEveryKind(memory, out _));
            Assert.NotEqual(ResourceTableError.None, TableWalk.Run(memory, out _));
        }
    }

    [Fact]
    public void EntryThatDoesNotFitWritesNothing()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)0xEE, 87)];
        Assert.True(ResourceTableWriter.TryCreate(memory, 1, out ResourceTableWriter writer, out _));
        byte[] before = [.. memory];
        Assert.False(writer.TryAddVdev(new() { DeviceId = 7 }, s_twoRings, [], out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.NoRoom, 0x14u, 67u), (fault.Error, fault.OffsetBytes, fault.Actual));
        Assert.Equal(before, memory);
        Assert.True(writer.TryAddVdev(new() { DeviceId = 7 }, s_twoRings.AsSpan(0, 1), [], out _));
        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        Assert.Equal(68, lengthBytes);
    }

    [Fact]
    public void HeadThatDoesNotFitWritesNothing()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)0xEE, 19)];
        Assert.False(ResourceTableWriter.TryCreate(memory, 1, out _, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.NoRoom, 19u), (fault.Error, fault.Actual));
        Assert.All(memory, value => Assert.Equal(0xEE, value));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(257)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void NumberOfEntriesThatNoReaderTakesIsRefused(int entryCount)
    {
        Assert.False(ResourceTableWriter.TryCreate(new byte[4096], entryCount, out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.TooManyEntries, fault.Error);
    }

    [Fact]
    public void PromisedNumberOfEntriesIsKept()
    {
        Assert.True(ResourceTableWriter.TryCreate(new byte[4096], 1, out ResourceTableWriter writer, out _));
        Assert.False(writer.TryComplete(out _, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.EntryCount, 0u), (fault.Error, fault.Actual));
        Assert.True(writer.TryAddTrace(default, out _));
        Assert.False(writer.TryAddTrace(default, out fault));
        Assert.Equal((ResourceTableError.EntryCount, 1u), (fault.Error, fault.Actual));
        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        Assert.Equal(20 + TraceEntry.SizeBytes, lengthBytes);
    }

    [Fact]
    public void DefaultWriterWritesNothing()
    {
        ResourceTableWriter writer = default;
        Assert.False(writer.TryAddTrace(default, out _));
        Assert.False(writer.TryComplete(out _, out _));
    }

    [Fact]
    public void WhatTheReaderRefusesIsNotWritten()
    {
        Assert.True(ResourceTableWriter.TryCreate(new byte[4096], 1, out ResourceTableWriter writer, out _));
        Assert.False(writer.TryAddCarveout(new() { Reserved = 1 }, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.MustBeZero, 40u), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddVdev(new() { Reserved1 = 1 }, [], [], out fault));
        Assert.Equal((ResourceTableError.MustBeZero, 256u), (fault.Error, fault.Actual));
        Assert.False(writer.TryAddVdev(default, [default], [], out fault));
        Assert.Equal(ResourceTableError.RingSize, fault.Error);
        Assert.False(writer.TryAddVdev(default, [new() { EntryCount = 4, AlignmentBytes = 3 }], [], out fault));
        Assert.Equal(ResourceTableError.RingAlignment, fault.Error);
        Assert.False(writer.TryAddVdev(default, new VringEntry[65], [], out fault));
        Assert.Equal(ResourceTableError.VringCount, fault.Error);
        Assert.False(writer.TryAddVendor((ResourceType)127, [], out fault));
        Assert.Equal(ResourceTableError.WrongType, fault.Error);
        Assert.False(writer.TryAddUnknown(ResourceType.Vdev, [], out fault));
        Assert.Equal(ResourceTableError.WrongType, fault.Error);
        Assert.Equal(20, writer.LengthBytes);
    }

    [Fact]
    public void StrayBytesAfterANameAreNotWritten()
    {
        byte[] dirty = [.. "log"u8, 0, .. Enumerable.Repeat((byte)0xCC, 28)];
        var name = System.Runtime.InteropServices.MemoryMarshal.Read<ResourceName>(dirty);
        byte[] memory = new byte[128];
        Assert.True(ResourceTableWriter.TryCreate(memory, 1, out ResourceTableWriter writer, out _));
        Assert.True(writer.TryAddTrace(new() { Name = name }, out _));
        Assert.DoesNotContain((byte)0xCC, memory);
    }

    [Fact]
    public void WritingAllocatesNothing()
    {
        byte[] memory = new byte[300];
        TryWriteEveryKind(memory, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool written = TryWriteEveryKind(memory, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(written);
    }

    [Fact]
    public unsafe void PublishedTableIsCopiedBackTheSame()
    {
        byte[] table = [.. Tables.EveryKind];
        uint* words = stackalloc uint[80];
        var region = new SharedRegion((byte*)words, 320, new DeviceAddress(0));
        byte[] copy = new byte[table.Length];
        Assert.True(ResourceTableWriter.TryPublish(table, region));
        Assert.True(ResourceTableReader.TryCopy(region, copy));
        Assert.Equal(table, copy);
        Assert.Equal(0u, words[79]);
    }

    [Fact]
    public unsafe void RegionThatCannotHoldTheTableIsLeftAlone()
    {
        uint* words = stackalloc uint[23];
        byte* start = (byte*)words;
        Assert.False(ResourceTableWriter.TryPublish(Tables.TwoProcess, new SharedRegion(start, 87, default)));
        Assert.False(ResourceTableWriter.TryPublish(Tables.TwoProcess, new SharedRegion(start + 1, 88, default)));
        Assert.False(ResourceTableWriter.TryPublish(new byte[15], new SharedRegion(start, 88, default)));
        Assert.False(ResourceTableReader.TryCopy(new SharedRegion(start, 87, default), new byte[88]));
        Assert.Equal(new byte[92], new ReadOnlySpan<byte>(start, 92).ToArray());
    }

    private static bool TryWriteTwoProcess(Span<byte> memory, out int lengthBytes)
    {
        lengthBytes = 0;
        return ResourceTableWriter.TryCreate(memory, 1, out ResourceTableWriter writer, out _)
            && writer.TryAddVdev(new() { DeviceId = 7, DeviceFeatures = 1 }, s_twoRings, [], out _)
            && writer.TryComplete(out lengthBytes, out _);
    }

    private static bool TryWriteEveryKind(Span<byte> memory, out int lengthBytes)
    {
        lengthBytes = 0;
        var carveout = new CarveoutEntry
        {
            Address = 0x1000_0000,
            PhysicalAddress = ResourceAddress.Any,
            LengthBytes = 0x10_0000,
            Flags = 5,
            Name = Name("text"u8),
        };
        var trace = new TraceEntry { Address = 0x1000_2000, LengthBytes = 0x1000, Name = Name("trace"u8) };
        var devmem = new DevmemEntry
        {
            Address = 0x4000_0000,
            PhysicalAddress = 0x5000_0000,
            LengthBytes = 0x100,
            Flags = 3,
            Name = Name("uart"u8),
        };
        var vdev = new VdevEntry { DeviceId = VdevEntry.RpmsgDeviceId, NotifyId = 31, DeviceFeatures = 0x2000_0001 };
        ReadOnlySpan<VringEntry> vrings =
        [
            new() { Address = ResourceAddress.Any, AlignmentBytes = 16, EntryCount = 8, NotifyId = NotifyId.Any },
        ];
        return ResourceTableWriter.TryCreate(memory, 6, out ResourceTableWriter writer, out _)
            && writer.TryAddCarveout(carveout, out _)
            && writer.TryAddVendor((ResourceType)130, [1, 2, 3, 4, 5], out _)
            && writer.TryAddTrace(trace, out _)
            && writer.TryAddUnknown((ResourceType)77, [0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6], out _)
            && writer.TryAddDevmem(devmem, out _)
            && writer.TryAddVdev(vdev, vrings, [0xC1, 0xC2, 0xC3], out _)
            && writer.TryComplete(out lengthBytes, out _);
    }

    private static ResourceName Name(ReadOnlySpan<byte> name)
        => ResourceName.TryCreate(name, out ResourceName field) ? field : default;
}
