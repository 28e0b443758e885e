// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceLayoutTests
{
    [Fact]
    public void HeaderFieldsAreWhereTheLayoutPutsThem()
    {
        var header = new ResourceTableHeader
        {
            Version = 0x03020100,
            EntryCount = 0x07060504,
            Reserved0 = 0x0B0A0908,
            Reserved1 = 0x0F0E0D0C,
        };
        AssertCounts(header, 16);
    }

    [Fact]
    public void CarveoutFieldsAreWhereTheLayoutPutsThem()
    {
        var entry = new CarveoutEntry
        {
            Type = (ResourceType)0x03020100,
            Address = 0x07060504,
            PhysicalAddress = 0x0B0A0908,
            LengthBytes = 0x0F0E0D0C,
            Flags = 0x13121110,
            Reserved = 0x17161514,
            Name = NameCountingFrom(24),
        };
        AssertCounts(entry, 56);
    }

    [Fact]
    public void DevmemFieldsAreWhereTheLayoutPutsThem()
    {
        var entry = new DevmemEntry
        {
            Type = (ResourceType)0x03020100,
            Address = 0x07060504,
            PhysicalAddress = 0x0B0A0908,
            LengthBytes = 0x0F0E0D0C,
            Flags = 0x13121110,
            Reserved = 0x17161514,
            Name = NameCountingFrom(24),
        };
        AssertCounts(entry, 56);
    }

    [Fact]
    public void TraceFieldsAreWhereTheLayoutPutsThem()
    {
        var entry = new TraceEntry
        {
            Type = (ResourceType)0x03020100,
            Address = 0x07060504,
            LengthBytes = 0x0B0A0908,
            Reserved = 0x0F0E0D0C,
            Name = NameCountingFrom(16),
        };
        AssertCounts(entry, 48);
    }

    [Fact]
    public void VdevFieldsAreWhereTheLayoutPutsThem()
    {
        var entry = new VdevEntry
        {
            Type = (ResourceType)0x03020100,
            DeviceId = 0x07060504,
            NotifyId = 0x0B0A0908,
            DeviceFeatures = 0x0F0E0D0C,
            DriverFeatures = 0x13121110,
            ConfigLengthBytes = 0x17161514,
            Status = (VirtioStatus)24,
            VringCount = 25,
            Reserved0 = 26,
            Reserved1 = 27,
        };
        AssertCounts(entry, 28);
    }

    [Fact]
    public void VringFieldsAreWhereTheLayoutPutsThem()
    {
        var entry = new VringEntry
        {
            Address = 0x03020100,
            AlignmentBytes = 0x07060504,
            EntryCount = 0x0B0A0908,
            NotifyId = 0x0F0E0D0C,
            Reserved = 0x13121110,
        };
        AssertCounts(entry, 20);
    }

    [Fact]
    public void VendorFieldsAreWhereTheLayoutPutsThem()
        => AssertCounts(new VendorEntry { Type = (ResourceType)0x03020100, LengthBytes = 0x07060504 }, 8);

    [Fact]
    public void SpecialValuesAreAllOnes()
    {
        Assert.Equal(0xFFFF_FFFFu, ResourceAddress.Any);
        Assert.Equal(ulong.MaxValue, ResourceAddress.Any64);
        Assert.Equal(0xFFFF_FFFFu, NotifyId.Any);
    }

    // Every byte of the structure holds its own offset, so one comparison finds a field that moved.
    private static void AssertCounts<T>(in T entry, int sizeBytes)
        where T : unmanaged
    {
        Assert.Equal(sizeBytes, Unsafe.SizeOf<T>());
        byte[] bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in entry)).ToArray();
        for (int i = 0; i < sizeBytes; i++)
        {
            Assert.Equal(i, bytes[i]);
        }
    }

    private static ResourceName NameCountingFrom(byte first)
    {
        Span<byte> bytes = stackalloc byte[ResourceName.SizeBytes];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(first + i);
        }

        return MemoryMarshal.Read<ResourceName>(bytes);
    }
}
