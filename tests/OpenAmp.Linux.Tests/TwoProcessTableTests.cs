// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using CsCheck;
using OpenAmp.Memory;
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
        Assert.Equal(new TwoProcessRing(new(0x4000), 0x1000, 256, 1), layout.DeviceToDriver);
        Assert.Equal(new TwoProcessRing(new(0x8000), 0x1000, 256, 2), layout.DriverToDevice);
        Assert.Equal((0x5000UL, 0x6000UL, 0x2806UL), (layout.DeviceToDriver.Available.Value,
            layout.DeviceToDriver.Used.Value, layout.DeviceToDriver.LengthBytes));
        Assert.Equal((0x24UL, 0x2cUL, 1U, 0U), (layout.GuestFeaturesAddress.Value, layout.StatusAddress.Value,
            layout.DeviceFeatures, layout.NotifyId));
    }

    [Theory]
    [InlineData(16, 4, 0x1AE)]
    [InlineData(8, 16, 0xE6)]
    [InlineData(2, 4096, 0x1016)]
    public void ARingIsAsLongAsTheReferenceSays(uint count, uint alignment, ulong lengthBytes)
        => Assert.Equal(lengthBytes, new TwoProcessRing(new(0), alignment, count, 0).LengthBytes);

    [Theory]
    [InlineData(0x00, 2, "offset 0x00, ver: expected 0x1, found 0x2")]
    [InlineData(0x04, 0, "offset 0x04, num: expected 0x1, found 0x0")]
    [InlineData(0x08, 9, "offset 0x08, reserved[0]")]
    [InlineData(0x10, 0x18, "offset 0x10, offset[0]: expected 0x14, found 0x18")]
    [InlineData(0x14, 1, "offset 0x14, type (RSC_VDEV)")]
    [InlineData(0x18, 1, "offset 0x18, id (VIRTIO_ID_RPMSG)")]
    [InlineData(0x28, 4, "offset 0x28, config_len")]
    [InlineData(0x2c, 0x100, "offset 0x2d, num_of_vrings: expected 2, found 0x1")]
    [InlineData(0x30, 0x4001, "offset 0x30, vring0.da")]
    [InlineData(0x30, 0xFFFFF000, "offset 0x30, vring0.da")]
    [InlineData(0x34, 3, "offset 0x34, vring0.align")]
    [InlineData(0x34, 0x2000, "offset 0x34, vring0.align")]
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
            () => TwoProcessTable.Read(memory.Region, Pool, 0x4_0000)).Message, StringComparison.Ordinal);
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
                Assert.True(layout.DeviceToDriver.Address.Value + layout.DeviceToDriver.LengthBytes <= 0x8_0000);
                Assert.True(layout.DriverToDevice.Address.Value + layout.DriverToDevice.LengthBytes <= 0x8_0000);
            }
            catch (TwoProcessTableException error)
            {
                Assert.NotEmpty(error.Message);
            }
        });

    private static TwoProcessLayout ReadWith(Action<byte[]> change)
    {
        byte[] memory = new byte[0x8_0000];
        TwoProcessTable.Fresh.CopyTo(memory);
        change(memory);
        fixed (byte* start = memory)
        {
            return TwoProcessTable.Read(new SharedRegion(start, (ulong)memory.Length, new(0)), Pool, 0x4_0000);
        }
    }
}
