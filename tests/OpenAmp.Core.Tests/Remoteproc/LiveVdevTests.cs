// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed unsafe class LiveVdevTests
{
    private const int ConfigOffset = 0x114;

    [Fact]
    public void ReadyDriverChangesExactlyTwoFields()
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        Assert.True(live.TryWriteDriverFeatures(default(VirtioFeatures).With(VirtioFeatures.RpmsgNameService)));
        live.WriteStatus(VirtioStatus.DriverOk);

        byte[] expected = Tables.TwoProcess;
        expected[0x24] = 1;
        expected[0x2C] = 4;
        Assert.Equal(expected, new ReadOnlySpan<byte>(memory, 88).ToArray());
        Assert.Equal(VirtioStatus.DriverOk, live.ReadStatus());
        Assert.Equal(1UL, live.ReadDriverFeatures().Bits);
    }

    [Fact]
    public void StatusTheOtherSideWroteIsReadWithItsUnknownBits()
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        ((byte*)memory)[0x2C] = 0xFF;
        Assert.Equal(0xFF, (int)live.ReadStatus());
    }

    [Fact]
    public void FeatureThatTheTableHasNoRoomForIsRefused()
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        Assert.False(live.TryWriteDriverFeatures(new VirtioFeatures(1).With(VirtioFeatures.Version1)));
        Assert.Equal(Tables.TwoProcess, new ReadOnlySpan<byte>(memory, 88).ToArray());
    }

    [Fact]
    public void AddressesAndNotifyIdsAreWrittenBackInPlace()
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        Assert.True(live.TryWriteVringAddress(0, 0x11223344));
        Assert.True(live.TryWriteVringNotifyId(1, 0x55667788));

        byte[] expected = Tables.TwoProcess;
        BitConverter.TryWriteBytes(expected.AsSpan(0x30), 0x11223344);
        BitConverter.TryWriteBytes(expected.AsSpan(0x50), 0x55667788);
        Assert.Equal(expected, new ReadOnlySpan<byte>(memory, 88).ToArray());
        Assert.True(live.TryReadVringAddress(0, out ulong address) && address == 0x11223344);
        Assert.True(live.TryReadVringAddress(1, out address) && address == 0x8000);
        Assert.True(live.TryReadVringNotifyId(0, out uint id) && id == 1);
        Assert.True(live.TryReadVringNotifyId(1, out id) && id == 0x55667788);
    }

    [Fact]
    public void AnywhereIsOneValueAndAWideAddressIsRefused()
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        Assert.True(live.TryWriteVringAddress(0, ResourceAddress.Any64));
        Assert.Equal(0xFFFF_FFFFu, *(uint*)((byte*)memory + 0x30));
        Assert.True(live.TryReadVringAddress(0, out ulong address) && address == ResourceAddress.Any64);
        Assert.False(live.TryWriteVringAddress(0, 0x1_0000_0000));
        Assert.False(live.TryWriteVringAddress(0, 0xFFFF_FFFF));
        Assert.Equal(0xFFFF_FFFFu, *(uint*)((byte*)memory + 0x30));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void MissingVringIsNeitherReadNorWritten(int index)
    {
        ulong* memory = stackalloc ulong[11];
        LiveVdev live = Open(Tables.TwoProcess, (byte*)memory);
        Assert.False(live.TryReadVringAddress(index, out _));
        Assert.False(live.TryReadVringNotifyId(index, out _));
        Assert.False(live.TryWriteVringAddress(index, 1));
        Assert.False(live.TryWriteVringNotifyId(index, 1));
        Assert.Equal(Tables.TwoProcess, new ReadOnlySpan<byte>(memory, 88).ToArray());
    }

    [Fact]
    public void ConfigurationSpaceIsCopiedWithinItsBounds()
    {
        ulong* memory = stackalloc ulong[36];
        LiveVdev live = Open(Tables.EveryKind, (byte*)memory);
        Assert.Equal(3u, live.ConfigLengthBytes);
        byte[] whole = new byte[3];
        Assert.True(live.TryReadConfig(0, whole));
        Assert.Equal([0xC1, 0xC2, 0xC3], whole);
        Assert.True(live.TryWriteConfig(1, [9, 8]));
        Assert.True(live.TryReadConfig(0, whole));
        Assert.Equal([0xC1, 9, 8], whole);
        Assert.True(live.TryReadConfig(3, []));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    [InlineData(uint.MaxValue, 1)]
    [InlineData(uint.MaxValue, 0)]
    [InlineData(uint.MaxValue - 1, 3)]
    public void RangeOutsideTheConfigurationSpaceIsRefused(uint offset, int length)
    {
        ulong* memory = stackalloc ulong[36];
        LiveVdev live = Open(Tables.EveryKind, (byte*)memory);
        byte[] bytes = [.. Enumerable.Repeat((byte)0x77, length)];
        Assert.False(live.TryReadConfig(offset, bytes));
        Assert.All(bytes, value => Assert.Equal(0x77, value));
        Assert.False(live.TryWriteConfig(offset, bytes));
        Assert.Equal(Tables.EveryKind, new ReadOnlySpan<byte>(memory, Tables.EveryKind.Length).ToArray());
    }

    [Fact]
    public void EveryRangeOfTheConfigurationSpaceIsCopiedAndNothingBesideIt()
    {
        const int Length = 13;
        byte[] table = TableWithConfig(Length, out int configOffset);
        ulong* memory = stackalloc ulong[(table.Length / 8) + 2];
        LiveVdev live = Open(table, (byte*)memory);
        byte[] pattern = [.. Enumerable.Range(1, Length).Select(value => (byte)value)];
        for (int start = 0; start <= Length; start++)
        {
            for (int length = 0; length <= Length - start; length++)
            {
                table.CopyTo(new Span<byte>(memory, table.Length));
                Assert.True(live.TryWriteConfig((uint)start, pattern.AsSpan(0, length)));
                byte[] expected = [.. table];
                pattern.AsSpan(0, length).CopyTo(expected.AsSpan(configOffset + start));
                Assert.Equal(expected, new ReadOnlySpan<byte>(memory, table.Length).ToArray());

                byte[] back = new byte[length];
                Assert.True(live.TryReadConfig((uint)start, back));
                Assert.Equal(pattern[..length], back);
            }
        }
    }

    [Fact]
    public void BoundsStayAsTheyWereCheckedWhateverIsWrittenOverThem()
    {
        ulong* memory = stackalloc ulong[36];
        byte* start = (byte*)memory;
        LiveVdev live = Open(Tables.EveryKind, start);
        new Span<byte>(start, ConfigOffset).Fill(0xFF);
        Assert.Equal((1, 3u), (live.VringCount, live.ConfigLengthBytes));
        Assert.False(live.TryReadVringAddress(1, out _));
        Assert.False(live.TryReadConfig(0, new byte[4]));
    }

    [Fact]
    public void EntryOutsideTheRegionOrMisalignedHasNoRegisters()
    {
        ulong* memory = stackalloc ulong[12];
        byte* start = (byte*)memory;
        Tables.TwoProcess.CopyTo(new Span<byte>(start, 88));
        ResourceVdev vdev = ReadVdev(Tables.TwoProcess);
        Assert.True(LiveVdev.TryCreate(new SharedRegion(start, 88, default), vdev, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(start, 87, default), vdev, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(start, 0, default), vdev, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(start + 1, 88, default), vdev, out _));
        Assert.False(LiveVdev.TryCreate(new SharedRegion(start, 88, default), default(ResourceVdev), out _));
    }

    [Fact]
    public void RegistersAllocateNothing()
    {
        ulong* memory = stackalloc ulong[36];
        LiveVdev live = Open(Tables.EveryKind, (byte*)memory);
        Span<byte> config = stackalloc byte[3];
        Use(live, config);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool used = Use(live, config);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(used);
    }

    private static bool Use(LiveVdev live, Span<byte> config)
    {
        live.WriteStatus(live.ReadStatus() | VirtioStatus.Driver);
        return live.TryWriteDriverFeatures(live.ReadDriverFeatures()) && live.TryReadConfig(0, config)
            && live.TryWriteConfig(0, config) && live.TryReadVringAddress(0, out ulong address)
            && live.TryWriteVringAddress(0, address);
    }

    private static byte[] TableWithConfig(int lengthBytes, out int configOffset)
    {
        byte[] table = new byte[200];
        Assert.True(ResourceTableWriter.TryCreate(table, 1, out ResourceTableWriter writer, out _));
        Assert.True(writer.TryAddVdev(default, [], new byte[lengthBytes], out _));
        configOffset = 20 + VdevEntry.SizeBytes;
        Assert.True(writer.TryComplete(out int tableLength, out _));
        Assert.Equal(configOffset + lengthBytes, tableLength);

        // What follows the table is the neighbour that a copy must not touch.
        table.AsSpan(tableLength).Fill(0xEE);
        return table;
    }

    private static ResourceVdev ReadVdev(byte[] table)
    {
        Assert.True(ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out _));
        Assert.True(reader.TryFindVdev(0, out ResourceVdev vdev, out _));
        return vdev;
    }

    private static LiveVdev Open(byte[] table, byte* memory)
    {
        table.CopyTo(new Span<byte>(memory, table.Length));
        var region = new SharedRegion(memory, (ulong)table.Length, new DeviceAddress(0));
        Assert.True(LiveVdev.TryCreate(region, ReadVdev(table), out LiveVdev live));
        return live;
    }
}
