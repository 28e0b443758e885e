// SPDX-License-Identifier: BSD-3-Clause

using System;
using CsCheck;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceItemWriterTests
{
    [Fact]
    public void WritingTheGoldenTableGivesItsBytes()
    {
        byte[] memory = new byte[1024];
        memory.AsSpan().Fill(0xEE);
        ResourceItemWriter writer = Open(memory);
        AddAll(ref writer, ItemTables.EveryKind);
        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        Assert.Equal(ItemTables.EveryKind, memory[..lengthBytes]);
        Assert.Equal(0xEE, memory[lengthBytes]);
    }

    [Fact]
    public void TableIsNoneBeforeItIsComplete()
    {
        byte[] memory = new byte[256];
        ResourceItemWriter writer = Open(memory);
        Assert.True(writer.TryAddProcessorState(default, out _));
        Assert.False(ResourceItemReader.TryCreate(memory, out _, out ResourceTableFault fault));
        Assert.Equal(ResourceTableError.UnsupportedVersion, fault.Error);
        Assert.True(writer.TryComplete(out _, out _));
        Assert.Equal(1, ResourceItemReaderTests.Open(memory).ItemCount);
    }

    [Fact]
    public void WhatAReaderWouldRefuseIsNotWritten()
    {
        byte[] memory = new byte[256];
        ResourceItemWriter writer = Open(memory);
        Assert.False(writer.TryAddCarveout(new CarveoutItem { Reserved = 1 }, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.MustBeZero, 0x3Cu), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddTrace(new TraceItem { Method = (TraceMethod)2 }, out fault));
        Assert.Equal((ResourceTableError.UnknownMethod, 0x30u), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddParameters(default, "abc"u8, 2, out fault));
        Assert.Equal(ResourceTableError.ParametersLength, fault.Error);
        Assert.False(writer.TryAddVdev(default, [new VringItem { AlignmentBytes = 4, EntryCount = 3 }], [], out fault));
        Assert.Equal((ResourceTableError.RingSize, 0x6Cu), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddVdev(default, [new VringItem { AlignmentBytes = 3, EntryCount = 4 }], [], out fault));
        Assert.Equal((ResourceTableError.RingAlignment, 0x68u), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddVdev(default, new VringItem[65], [], out fault));
        Assert.Equal(ResourceTableError.VringCount, fault.Error);
        var head = new ResourceItemHead { Priority = (ResourcePriority)2 };
        Assert.False(writer.TryAddProcessorState(new ProcessorStateItem { Head = head }, out fault));
        Assert.Equal((ResourceTableError.ItemPriority, 0x16u), (fault.Error, fault.OffsetBytes));
        Assert.False(writer.TryAddOther(new ResourceItemHead { Type = ResourceType.Vdev, Version = 1 }, [], out fault));
        Assert.Equal(ResourceTableError.WrongType, fault.Error);
        Assert.False(writer.TryAddOther(new ResourceItemHead { Type = (ResourceType)77 }, [], out fault));
        Assert.Equal(ResourceTableError.ItemVersion, fault.Error);

        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        Assert.Equal(16, lengthBytes);
    }

    [Fact]
    public void ItemThatDoesNotFitLeavesTheTableAsItWas()
    {
        byte[] memory = new byte[16 + 40 + 39];
        ResourceItemWriter writer = Open(memory);
        Assert.True(writer.TryAddProcessorState(default, out _));
        Assert.False(writer.TryAddProcessorState(default, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.NoRoom, 39u), (fault.Error, fault.Actual));
        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        Assert.Equal(56, lengthBytes);
        Assert.False(ResourceItemWriter.TryCreate(new byte[15], out _, out fault));
        Assert.Equal(ResourceTableError.NoRoom, fault.Error);
        Assert.False(default(ResourceItemWriter).TryComplete(out _, out _));
    }

    [Fact]
    public void NoMoreItemsAreWrittenThanAReaderTakes()
    {
        ResourceItemWriter writer = Open(new byte[16 + (40 * 257)]);
        for (int i = 0; i < ResourceTableReader.MaxEntryCount; i++)
        {
            Assert.True(writer.TryAddProcessorState(default, out _));
        }

        Assert.False(writer.TryAddProcessorState(default, out ResourceTableFault fault));
        Assert.Equal((ResourceTableError.TooManyEntries, 257u), (fault.Error, fault.Actual));
    }

    [Fact]
    public void WrittenTableIsReadBackTheSame()
        => Gen.Select(Gen.ULong.Array[3], Gen.UInt.Array[4], Gen.Byte.Array[0, 40], Gen.Int[0, 8], Gen.Bool)
            .Array[0, 8].Sample(rows =>
            {
                byte[] memory = new byte[8192];
                ResourceItemWriter writer = Open(memory);
                foreach ((ulong[] wide, uint[] words, byte[] bytes, int rings, bool required) in rows)
                {
                    Add(ref writer, wide, words, bytes, rings, required);
                }

                Assert.True(writer.TryComplete(out int lengthBytes, out _));
                byte[] table = memory[..lengthBytes];
                Assert.True(ResourceItemReaderTests.Open(table).TryValidate(out _));
                Assert.Equal(3 * rows.Length, ResourceItemReaderTests.Open(table).ItemCount);
                byte[] again = new byte[8192];
                ResourceItemWriter second = Open(again);
                AddAll(ref second, table);
                Assert.True(second.TryComplete(out _, out _));
                Assert.Equal(table, again[..lengthBytes]);
            });

    [Fact]
    public void MutatedTableNeverThrows()
        => Gen.Select(Gen.Int[0, 1024], Gen.UInt).Array[1, 5].Sample(hits =>
        {
            byte[] table = ItemTables.EveryKind;
            foreach ((int word, uint value) in hits)
            {
                _ = BitConverter.TryWriteBytes(table.AsSpan(word * 4 % table.Length), value);
            }

            _ = ResourceItemReaderTests.Walk(table);
        });

    private static void Add(
        ref ResourceItemWriter writer, ulong[] wide, uint[] words, byte[] bytes, int rings, bool required)
    {
        var head = new ResourceItemHead
        {
            Priority = required ? ResourcePriority.Required : ResourcePriority.Optional,
            Type = (ResourceType)130,
            Version = 1,
        };
        var vrings = new VringItem[rings];
        vrings.AsSpan().Fill(new VringItem { Address = wide[0], AlignmentBytes = 64, EntryCount = 8 });
        var vdev = new VdevItem { Head = head, DeviceId = words[0], DeviceFeatures = wide[1] };
        Assert.True(writer.TryAddVdev(vdev, vrings, bytes, out _));
        Assert.True(writer.TryAddCarveout(
            new CarveoutItem { Head = head, Address = wide[0], LengthBytes = wide[2], Flags = words[1] }, out _));
        Assert.True(writer.TryAddOther(head, bytes, out _));
    }

    private static void AddAll(ref ResourceItemWriter writer, ReadOnlySpan<byte> table)
    {
        ResourceItemReader reader = ResourceItemReaderTests.Open(table);
        for (int i = 0; reader.TryGetItem(i, out ResourceItem item); i++)
        {
            Assert.True(TryAdd(ref writer, item, out ResourceTableFault fault), fault.Error.ToString());
        }
    }

    private static bool TryAdd(ref ResourceItemWriter writer, ResourceItem item, out ResourceTableFault fault)
    {
        switch (item.Kind)
        {
            case ResourceKind.Carveout:
                return item.TryReadCarveout(out CarveoutItem carveout, out fault)
                    && writer.TryAddCarveout(carveout, out fault);
            case ResourceKind.Devmem:
                return item.TryReadDevmem(out DevmemItem devmem, out fault) && writer.TryAddDevmem(devmem, out fault);
            case ResourceKind.Trace:
                return item.TryReadTrace(out TraceItem trace, out fault) && writer.TryAddTrace(trace, out fault);
            case ResourceKind.ProcessorState:
                return item.TryReadProcessorState(out ProcessorStateItem state, out fault)
                    && writer.TryAddProcessorState(state, out fault);
            case ResourceKind.Parameters:
                return item.TryReadParameters(out ParametersItem block, out ReadOnlySpan<byte> value, out fault)
                    && writer.TryAddParameters(block, value, (uint)item.Bytes.Length - 56, out fault);
            case ResourceKind.Vdev:
                return TryAddVdev(ref writer, item, out fault);
            default:
                return writer.TryAddOther(item.Head, item.Bytes[ResourceItemHead.SizeBytes..], out fault);
        }
    }

    private static bool TryAddVdev(ref ResourceItemWriter writer, ResourceItem item, out ResourceTableFault fault)
    {
        if (!item.TryReadVdev(out ResourceItemVdev vdev, out fault))
        {
            return false;
        }

        var vrings = new VringItem[vdev.VringCount];
        for (int i = 0; vdev.TryGetVring(i, out VringItem vring); i++)
        {
            vrings[i] = vring;
        }

        return writer.TryAddVdev(vdev.Item, vrings, vdev.ConfigSpace, out fault);
    }

    private static ResourceItemWriter Open(Span<byte> memory)
    {
        Assert.True(ResourceItemWriter.TryCreate(memory, out ResourceItemWriter writer, out _));
        return writer;
    }
}
