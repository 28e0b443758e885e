// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Both sides of one queue over guarded memory, and the ring by its offsets for a peer that cheats.</summary>
internal sealed unsafe class QueuePair : IDisposable
{
    /// <summary>Device address where buffers may lie: behind the ring, up to <see cref="EndAddress"/>.</summary>
    public const int BufferBytes = 0x8000;
    private const uint AlignmentBytes = 16;

    private readonly GuardedMemory _driverSlots;
    private readonly GuardedMemory _deviceSlots;

    public QueuePair(uint entryCount, bool eventIndex = false)
    {
        VringLayout layout = LinkShape.Ring(entryCount, AlignmentBytes);
        BufferAddress = (layout.SizeBytes + 4095ul) & ~4095ul;
        EndAddress = BufferAddress + BufferBytes;
        Memory = new GuardedMemory((nuint)EndAddress);
        Memory.Bytes.Fill(0xC5);
        _driverSlots = new GuardedMemory((nuint)(entryCount * (ulong)sizeof(DriverSlot)));
        _deviceSlots = new GuardedMemory((nuint)(entryCount * (ulong)sizeof(DeviceSlot)));
        var region = new SharedRegion(Memory.Start, EndAddress, default);
        DriverMachine = new TestMachine(region);
        DeviceMachine = new TestMachine(region);
        DevicePlatform = new TestPlatform(DeviceMachine);
        var driverPlatform = new TestPlatform(DriverMachine);
        Assert.True(VringMemory.TryMap(ref driverPlatform, default, layout, out VringMemory ring));
        Driver = new(driverPlatform, ring, (DriverSlot*)_driverSlots.Start, eventIndex, notifyId: 1);
        Device = new(DevicePlatform, ring, (DeviceSlot*)_deviceSlots.Start, eventIndex, notifyId: 2);
        Raw = new RawRing(Memory.Start, (int)entryCount, (int)AlignmentBytes);
    }

    public GuardedMemory Memory { get; }

    public RawRing Raw { get; }

    public TestMachine DriverMachine { get; }

    public TestMachine DeviceMachine { get; }

    public ulong BufferAddress { get; }

    public ulong EndAddress { get; }

    // Fields, since calls on a property of struct type would change a copy.
    public DriverQueue<TestPlatform> Driver;
    public DeviceQueue<TestPlatform> Device;
    public TestPlatform DevicePlatform;

    /// <summary>A buffer somewhere behind the ring.</summary>
    public VirtqSegment Segment(ulong offsetBytes, uint lengthBytes, bool deviceWrites)
        => new(new DeviceAddress(BufferAddress + offsetBytes), lengthBytes, deviceWrites);

    /// <summary>Builds a chain of one buffer.</summary>
    public ushort Build(uint lengthBytes, bool deviceWrites)
    {
        VirtqSegment segment = Segment(0, lengthBytes, deviceWrites);
        Assert.True(Driver.TryBuild(new ReadOnlySpan<VirtqSegment>(in segment), out ushort head));
        return head;
    }

    /// <summary>Builds a chain of one buffer and offers it.</summary>
    public ushort Offer(uint lengthBytes = 64, bool deviceWrites = true)
    {
        ushort head = Build(lengthBytes, deviceWrites);
        Assert.True(Driver.Post(head));
        Driver.Flush();
        return head;
    }

    public void Dispose()
    {
        Memory.Dispose();
        _driverSlots.Dispose();
        _deviceSlots.Dispose();
    }
}
