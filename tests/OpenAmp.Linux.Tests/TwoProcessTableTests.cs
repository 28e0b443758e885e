// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed unsafe class TwoProcessTableTests
{
    private static readonly DeviceAddress Pool = new(0x1_0000);

    [Fact]
    public void TheTableIsByteForByteThatOfThePlatform()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x8_0000);
        new Span<byte>(memory.Region.Start, 0x100).Fill(0xEE);
        TwoProcessTable.Write(memory.Region);
        const string Expected = "01000000010000000000000000000000140000000300000007000000000000000100000000000000"
            + "00000000000200000040000000100000000100000100000000000000008000000010000000010000" + "0200000000000000";
        Assert.Equal(88, TwoProcessTable.LengthBytes);
        Assert.Equal(Expected, Convert.ToHexString(new ReadOnlySpan<byte>(memory.Region.Start, 88)));
        Assert.Equal(0xEE, memory.Region.Start[88]);
    }

    [Fact]
    public void AFreshTableReadsAsThePlatformsLayout()
    {
        TwoProcessLayout layout = ReadWith(static _ => { });
        Assert.Equal((0x4000UL, 0x1000U, 256U, 1U), RingOf(layout.ToDriver));
        Assert.Equal((0x8000UL, 0x1000U, 256U, 2U), RingOf(layout.ToDevice));
        Assert.Equal((0x1000U, 0x2000U, 0x2806U), (layout.ToDriver.Ring.AvailOffsetBytes,
            layout.ToDriver.Ring.UsedOffsetBytes, layout.ToDriver.Ring.SizeBytes));
        Assert.Equal((1U, 0U), (layout.DeviceFeatures, layout.NotifyId));
    }

    [Fact]
    public void TheRegistersLieInTheSharedTable()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x8_0000);
        TwoProcessTable.Write(memory.Region);
        _ = TwoProcessTable.Read(memory.Region, Pool, 0x4_0000, out LiveVdev live);
        Assert.True(live.TryWriteDriverFeatures(new VirtioFeatures(0x8765_4321)));
        live.WriteStatus(VirtioStatus.DriverOk);
        Assert.Equal(0x8765_4321, *(uint*)(memory.Region.Start + 0x24));
        Assert.Equal(4, memory.Region.Start[0x2c]);
    }

    [Fact]
    public void ATableIsWrittenWhereItFitsOnly()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        byte* start = memory.Region.Start;
        Assert.Throws<ArgumentException>(() => TwoProcessTable.Write(new SharedRegion(start, 87, new(0))));
        Assert.Throws<ArgumentException>(() => TwoProcessTable.Write(new SharedRegion(start + 2, 88, new(0))));
        Assert.Equal(new byte[100], new ReadOnlySpan<byte>(start, 100).ToArray());
    }

    [Theory]
    [InlineData(0x00, 2, "offset 0x00, ver: expected 0x1, found 0x2")]
    [InlineData(0x04, 0, "offset 0x04, num: expected 0x1, found 0x0")]
    [InlineData(0x08, 9, "offset 0x08, reserved[0]")]
    [InlineData(0x04, 2, "offset 0x04, num: expected 0x1, found 0x2")]
    [InlineData(0x0c, 9, "offset 0x0c, reserved[1]: expected 0x0, found 0x9")]
    [InlineData(0x10, 0x80, "offset 0x10, offset[0]: expected 0x14, found 0x80")]
    [InlineData(0x10, 0x18, "offset 0x10, offset[0]: expected 0x14, found 0x18")]
    [InlineData(0x14, 1, "offset 0x14, type (RSC_VDEV)")]
    [InlineData(0x18, 1, "offset 0x18, id (VIRTIO_ID_RPMSG)")]
    [InlineData(0x28, 4, "offset 0x28, config_len")]
    [InlineData(0x2c, 0x100, "offset 0x2d, num_of_vrings: expected 2, found 0x1")]
    [InlineData(0x2c, 0x300, "offset 0x2d, num_of_vrings: expected 2, found 0x3")]
    [InlineData(0x2c, 0x1000200, "offset 0x2e, reserved: expected 0x0, found 0x100")]
    [InlineData(0x30, 0x4001, "offset 0x30, vring0.da")]
    [InlineData(0x30, 0xFFFFF000, "offset 0x30, vring0.da")]
    [InlineData(0x34, 3, "offset 0x34, vring0.align")]
    [InlineData(0x34, 0x2000, "offset 0x34, vring0.align")]
    [InlineData(0x34, 0, "offset 0x34, vring0.align: expected a power of two from 4 to 4096, found 0x0")]
    [InlineData(0x48, 2, "offset 0x48, vring1.align")]
    [InlineData(0x38, 0, "offset 0x38, vring0.num")]
    [InlineData(0x38, 100, "offset 0x38, vring0.num")]
    [InlineData(0x4c, 0x10000, "offset 0x4c, vring1.num")]
    [InlineData(0x30, 0x6000, "vring 0 (0x2806 bytes at 0x6000) and vring 1 (0x2806 bytes at 0x8000) overlap")]
    [InlineData(0x30, 0, "the resource table (0x58 bytes at 0x0) and vring 0")]
    [InlineData(0x44, 0x10000, "and the buffer pool (0x40000 bytes at 0x10000) overlap")]
    public void AnUnexpectedFieldIsNamedWithItsOffset(int offset, uint value, string message)
        => Assert.Contains(message, Assert.Throws<TwoProcessTableException>(
            () => ReadWith(table => BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(offset), value))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void APoolOutsideTheMemoryIsRefused()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x4_0000);
        TwoProcessTable.Write(memory.Region);
        Assert.Contains("not inside", Assert.Throws<TwoProcessTableException>(
            () => TwoProcessTable.Read(memory.Region, Pool, 0x4_0000, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhateverTheBytesTheReaderSucceedsOrSaysWhatIsWrong()
        => Gen.Select(Gen.Int[0, 87], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            try
            {
                TwoProcessLayout layout = ReadWith(table =>
                {
                    foreach ((int offset, byte value) in changes)
                    {
                        table[offset] = value;
                    }
                });
                Assert.True(layout.ToDriver.RingAddress.Value + layout.ToDriver.Ring.SizeBytes <= 0x8_0000);
                Assert.True(layout.ToDevice.RingAddress.Value + layout.ToDevice.Ring.SizeBytes <= 0x8_0000);
            }
            catch (TwoProcessTableException error)
            {
                Assert.NotEmpty(error.Message);
            }
        });

    private static (ulong Address, uint Alignment, uint Entries, uint NotifyId) RingOf(RpmsgDirection direction)
        => (direction.RingAddress.Value, direction.Ring.AlignmentBytes, direction.Ring.Size.EntryCount,
            direction.NotifyId);

    private static TwoProcessLayout ReadWith(Action<byte[]> change)
    {
        byte[] memory = new byte[0x8_0000];
        fixed (byte* start = memory)
        {
            SharedRegion region = new(start, (ulong)memory.Length, new(0));
            TwoProcessTable.Write(region);
            change(memory);
            return TwoProcessTable.Read(region, Pool, 0x4_0000, out _);
        }
    }
}
