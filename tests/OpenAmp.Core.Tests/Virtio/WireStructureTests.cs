// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The wire structures, byte by byte (VIRTIO 1.3, sections 2.7.5 to 2.7.8).</summary>
public sealed unsafe class WireStructureTests
{
    [Fact]
    public void DescriptorIsAddressLengthFlagsNextInSixteenBytes()
    {
        var descriptor = new VirtqDesc
        {
            Address = 0x0807060504030201,
            LengthBytes = 0x0C0B0A09,
            Flags = (VirtqDescFlags)0x0E0D,
            Next = 0x100F,
        };

        Assert.Equal(
            Convert.FromHexString("0102030405060708090A0B0C0D0E0F10"),
            MemoryMarshal.AsBytes(new ReadOnlySpan<VirtqDesc>(in descriptor)).ToArray());
    }

    [Fact]
    public void UsedElementIsHeadThenWrittenBytes()
    {
        var element = new UsedElement { Head = 0x04030201, WrittenBytes = 0x08070605 };

        Assert.Equal(UsedElement.SizeBytes, sizeof(UsedElement));
        Assert.Equal(
            Convert.FromHexString("0102030405060708"),
            MemoryMarshal.AsBytes(new ReadOnlySpan<UsedElement>(in element)).ToArray());
    }

    [Fact]
    public void RingHeadsAreFlagsThenIndexInFourBytes()
    {
        uint word = 0;
        var avail = (AvailRing*)&word;
        avail->Flags.Write(wanted: false);
        avail->Index.WriteRelease(0x1234);
        Assert.Equal(0x1234_0001u, word);
        Assert.True(avail->Flags.AsksForSilence);
        Assert.Equal(AvailRing.HeadSizeBytes, sizeof(AvailRing));

        var used = (UsedRing*)&word;
        used->Flags.Write(wanted: true);
        used->Index.WriteRelease(0xFFFF);
        Assert.Equal(0xFFFF_0000u, word);
        Assert.False(used->Flags.AsksForSilence);
        Assert.Equal(UsedRing.HeadSizeBytes, sizeof(UsedRing));
    }

    [Fact]
    public void OnlyBitZeroOfTheFlagsAsksForSilence()
    {
        uint word = 0xFFFE;
        Assert.False(((AvailRing*)&word)->Flags.AsksForSilence);
    }

    [Fact]
    public void DescriptorFlagsAreThoseOfTheSpecification()
    {
        Assert.Equal(1, (int)VirtqDescFlags.Next);
        Assert.Equal(2, (int)VirtqDescFlags.Write);
        Assert.Equal(4, (int)VirtqDescFlags.Indirect);
    }
}
