// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A ring whose parts lie anywhere, taken by a device at any index.</summary>
public sealed unsafe class VringPartsTests
{
    private const ulong Address = 0x8000_0000;
    private const int MemoryBytes = 0x1000;
    private const uint EntryCount = 4;
    private const ulong UsedOffset = 0x80;
    private const ulong AvailOffset = 0x404;
    private const ulong DescriptorsOffset = 0x800;

    [Theory]
    [InlineData(0, false)]
    [InlineData(0xFFFE, false)]
    [InlineData(0xFFFE, true)]
    public void ADeviceBeginsAtTheIndicesOfThePlaceAndCrossesTheirWrap(int index, bool eventIndex)
    {
        using var memory = new GuardedMemory(MemoryBytes);
        using var slots = new GuardedMemory(EntryCount * (nuint)sizeof(DeviceSlot));
        var machine = new TestMachine(new SharedRegion(memory.Start, MemoryBytes, new DeviceAddress(Address)));
        var platform = new TestPlatform(machine);
        VringPlace place = Place() with { AvailIndex = Modulo(index), UsedIndex = Modulo(index - 1) };
        WordAt(memory, AvailOffset + 2) = Modulo(index);
        WordAt(memory, UsedOffset + 2) = Modulo(index - 1);
        Assert.True(VringParts.TryMap(ref platform, place, out VringParts parts));
        var queue = new DeviceQueue<TestPlatform>(platform, parts, (DeviceSlot*)slots.Start, eventIndex);
        for (int count = 0; count < 4; count++)
        {
            Assert.Equal(QueueResult.Empty, queue.TryTake(out _));
            int slot = (index + count) & 3;
            WordAt(memory, AvailOffset + 4 + (ulong)(2 * slot)) = (ushort)count;
            WordAt(memory, AvailOffset + 2) = Modulo(index + count + 1);
            Assert.Equal(QueueResult.Taken, queue.TryTake(out ushort head));
            Assert.Equal(count, head);
            Assert.True(queue.Push(head, 7));
            queue.Flush();
            Assert.Equal(Modulo(index + count), WordAt(memory, UsedOffset + 2));
            int usedSlot = (index - 1 + count) & 3;
            Assert.Equal(count, MemoryMarshal.Read<int>(memory.Bytes[(int)(UsedOffset + 4 + (ulong)(8 * usedSlot))..]));
        }

        Assert.Equal(Modulo(index + 4), queue.NextAvailIndex);
        Assert.Equal(0ul, queue.Faults.Total);
    }

    [Fact]
    public void ADeviceAsksForKicksThatAnEarlierOneDidNotWant()
    {
        using var memory = new GuardedMemory(MemoryBytes);
        using var slots = new GuardedMemory(EntryCount * (nuint)sizeof(DeviceSlot));
        var platform = new TestPlatform(
            new TestMachine(new SharedRegion(memory.Start, MemoryBytes, new DeviceAddress(Address))));
        WordAt(memory, UsedOffset) = 1;
        Assert.True(VringParts.TryMap(ref platform, Place(), out VringParts parts));
        _ = new DeviceQueue<TestPlatform>(platform, parts, (DeviceSlot*)slots.Start, eventIndex: false);
        Assert.Equal(0, WordAt(memory, UsedOffset));
    }

    [Theory]
    [InlineData(DescriptorsOffset + 8, AvailOffset, UsedOffset)]
    [InlineData(DescriptorsOffset, AvailOffset + 1, UsedOffset)]
    [InlineData(DescriptorsOffset, AvailOffset, UsedOffset + 2)]
    [InlineData(MemoryBytes - 48, AvailOffset, UsedOffset)]
    [InlineData(DescriptorsOffset, MemoryBytes - 12, UsedOffset)]
    [InlineData(DescriptorsOffset, AvailOffset, MemoryBytes - 36)]
    [InlineData(ulong.MaxValue - Address - 15, AvailOffset, UsedOffset)]
    public void PartsThatAreMisalignedOrOutsideAreRefused(ulong descriptors, ulong avail, ulong used)
    {
        using var memory = new GuardedMemory(MemoryBytes);
        var platform = new TestPlatform(
            new TestMachine(new SharedRegion(memory.Start, MemoryBytes, new DeviceAddress(Address))));
        VringPlace place = Place() with
        {
            Descriptors = new DeviceAddress(unchecked(Address + descriptors)),
            Avail = new DeviceAddress(Address + avail),
            Used = new DeviceAddress(Address + used),
        };
        Assert.False(VringParts.TryMap(ref platform, place, out _));
        Assert.False(VringParts.TryMap(ref platform, Place() with { Size = default }, out _));
        Assert.True(VringParts.TryMap(ref platform, Place(), out _));
    }

    private static VringPlace Place()
    {
        Assert.True(QueueSize.TryCreate(EntryCount, out QueueSize size));
        return new VringPlace
        {
            Size = size,
            Descriptors = new DeviceAddress(Address + DescriptorsOffset),
            Avail = new DeviceAddress(Address + AvailOffset),
            Used = new DeviceAddress(Address + UsedOffset),
        };
    }

    private static ushort Modulo(int index) => unchecked((ushort)index);

    private static ref ushort WordAt(GuardedMemory memory, ulong offset)
        => ref MemoryMarshal.AsRef<ushort>(memory.Bytes[(int)offset..]);
}
