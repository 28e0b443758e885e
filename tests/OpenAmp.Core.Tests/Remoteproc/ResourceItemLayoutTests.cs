// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceItemLayoutTests
{
    [Fact]
    public void TableHeadFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new ResourceItemTableHeader
            {
                Version = Word(0),
                EntryCount = Word(4),
                LengthBytes = Word(8),
                Flags = Word(12),
            },
            16);

    [Fact]
    public void ItemHeadFieldsAreWhereTheLayoutPutsThem() => AssertCounts(Head, 16);

    [Fact]
    public void CarveoutFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new CarveoutItem
            {
                Head = Head,
                Address = Wide(16),
                PhysicalAddress = Wide(24),
                LengthBytes = Wide(32),
                Flags = Word(40),
                Reserved = Word(44),
                Name = NameCountingFrom(48),
            },
            80);

    [Fact]
    public void DevmemFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new DevmemItem
            {
                Head = Head,
                Address = Wide(16),
                PhysicalAddress = Wide(24),
                LengthBytes = Wide(32),
                Flags = Word(40),
                Reserved = Word(44),
                Name = NameCountingFrom(48),
            },
            80);

    [Fact]
    public void TraceFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new TraceItem
            {
                Head = Head,
                Address = Wide(16),
                LengthBytes = Wide(24),
                Method = (TraceMethod)Word(32),
                NotifyId = Word(36),
                Reserved0 = Word(40),
                Reserved1 = Word(44),
                Name = NameCountingFrom(48),
            },
            80);

    [Fact]
    public void VdevFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new VdevItem
            {
                Head = Head,
                DeviceId = Word(16),
                NotifyId = Word(20),
                DeviceFeatures = Wide(24),
                DriverFeatures = Wide(32),
                ConfigLengthBytes = Word(40),
                Status = (VirtioStatus)44,
                VringCount = 45,
                Reserved = 0x2F2E,
                Buffers = new VdevBufferLayout
                {
                    Address = Wide(48),
                    LengthBytes = Wide(56),
                    ToDriverBufferBytes = Word(64),
                    ToDriverBufferCount = Word(68),
                    ToDeviceBufferBytes = Word(72),
                    ToDeviceBufferCount = Word(76),
                },
            },
            80);

    [Fact]
    public void VringFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new VringItem
            {
                Address = Wide(0),
                AlignmentBytes = Word(8),
                EntryCount = Word(12),
                NotifyId = Word(16),
                Reserved = Word(20),
            },
            24);

    [Fact]
    public void ParametersFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new ParametersItem
            {
                Head = Head,
                Format = (ParametersFormat)Word(16),
                UsedLengthBytes = Word(20),
                Name = NameCountingFrom(24),
            },
            56);

    [Fact]
    public void ProcessorStateFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(
            new ProcessorStateItem
            {
                Head = Head,
                State = (ProcessorState)Word(16),
                Heartbeat = Word(20),
                Detail = Word(24),
                Request = (ProcessorRequest)Word(28),
                NotifyId = Word(32),
                HeartbeatPeriodMilliseconds = Word(36),
            },
            40);

    [Fact]
    public void WideFieldsLieOnMultiplesOfEight()
    {
        int[] offsets =
        [
            Offset<CarveoutItem>(nameof(CarveoutItem.Address)), Offset<CarveoutItem>(nameof(CarveoutItem.LengthBytes)),
            Offset<TraceItem>(nameof(TraceItem.Address)), Offset<TraceItem>(nameof(TraceItem.LengthBytes)),
            Offset<VdevItem>(nameof(VdevItem.DeviceFeatures)), Offset<VdevItem>(nameof(VdevItem.DriverFeatures)),
            Offset<VdevItem>(nameof(VdevItem.Buffers)), VdevItem.SizeBytes, VringItem.SizeBytes,
            Offset<VringItem>(nameof(VringItem.Address)), ResourceItemTableHeader.SizeBytes,
        ];
        Assert.All(offsets, offset => Assert.Equal(0, offset % 8));
    }

    private static ResourceItemHead Head => new()
    {
        Type = (ResourceType)Word(0),
        Version = 0x0504,
        Priority = (ResourcePriority)0x0706,
        LengthBytes = Word(8),
        Reserved = Word(12),
    };

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);

    private static uint Word(int at) => (uint)(at | ((at + 1) << 8) | ((at + 2) << 16) | ((at + 3) << 24));

    private static ulong Wide(int at) => Word(at) | ((ulong)Word(at + 4) << 32);

    // Every byte of the structure holds its own offset, so one comparison finds a field that moved.
    private static void AssertCounts<T>(in T item, int sizeBytes)
        where T : unmanaged
    {
        Assert.Equal(sizeBytes, Unsafe.SizeOf<T>());
        byte[] expected = [.. Enumerable.Range(0, sizeBytes).Select(at => (byte)at)];
        Assert.Equal(expected, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in item)).ToArray());
    }

    private static ResourceName NameCountingFrom(int start)
    {
        ResourceName name = default;
        for (int i = 0; i < ResourceName.SizeBytes; i++)
        {
            name[i] = (byte)(start + i);
        }

        return name;
    }
}
