// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Text;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The header and the name service message, byte by byte.</summary>
public sealed unsafe class NameServiceMessageTests
{
    /// <summary>What a C peer sends: five bytes of its stack behind the name.</summary>
    private const string FromC =
        "72706D73672D6F70656E616D702D64656D6F2D6368616E6E656C00529D7F00000004000000000000";

    [Fact]
    public void HeaderIsSourceDestinationReservedLengthFlagsInSixteenBytes()
    {
        var header = new RpmsgHeader
        {
            Source = 0x04030201,
            Destination = 0x08070605,
            Reserved = 0x0C0B0A09,
            LengthBytes = 0x0E0D,
            Flags = 0x100F,
        };

        Assert.Equal(RpmsgHeader.SizeBytes, sizeof(RpmsgHeader));
        Assert.Equal(
            Convert.FromHexString("0102030405060708090A0B0C0D0E0F10"),
            MemoryMarshal.AsBytes(new ReadOnlySpan<RpmsgHeader>(in header)).ToArray());
    }

    [Fact]
    public void AnnouncementOfACPeerIsReadPastTheStackBytesBehindItsName()
    {
        NameServiceMessage message = Read(Convert.FromHexString(FromC));

        Assert.True(message.Name.IsSameAs(Name("rpmsg-openamp-demo-channel")));
        Assert.Equal(26, message.Name.LengthBytes);
        Assert.Equal(0x400u, message.Address);
        Assert.False(message.IsDestroy);
    }

    /// <summary>C library defect 6.1 #13: bytes of the sender's stack leave with every name.</summary>
    [Fact]
    public void AnnouncementIsWrittenWithoutAByteLeftOverFromBefore()
    {
        byte[] payload = new byte[44];
        payload.AsSpan().Fill(0xEE);

        Assert.True(new NameServiceMessage(Name("rpmsg-openamp-demo-channel"), 0x400, false).TryWrite(payload));

        byte[] expected = Convert.FromHexString(FromC + "EEEEEEEE");
        expected.AsSpan(27, 5).Clear();
        Assert.Equal(expected, payload);
    }

    [Fact]
    public void DestroyIsBitZeroOfTheFlags()
    {
        byte[] payload = new byte[40];
        Assert.True(new NameServiceMessage(Name("x"), 7, true).TryWrite(payload));
        Assert.Equal(1, payload[36]);
        Assert.True(Read(payload).IsDestroy);
        payload[36] = 0xFE;
        Assert.False(Read(payload).IsDestroy);
        payload[36] = 0xFF;
        Assert.True(Read(payload).IsDestroy);
    }

    [Fact]
    public void MessageIsNotWrittenWhereItDoesNotFit()
    {
        byte[] payload = new byte[39];
        Assert.False(new NameServiceMessage(Name("x"), 7, true).TryWrite(payload));
        Assert.Equal(new byte[39], payload);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("0123456789012345678901234567890", 31)]
    [InlineData("abc\0def", 3)]
    public void NameEndsAtTheFirstZeroOrWithTheText(string text, int expected)
    {
        RpmsgName name = Name(text);
        ReadOnlySpan<byte> bytes = name;

        Assert.Equal(expected, name.LengthBytes);
        Assert.Equal(text[..expected], Encoding.ASCII.GetString(bytes[..expected]));
        Assert.Equal(-1, bytes[expected..].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void NameOf32BytesIsRefused()
    {
        byte[] text = new byte[32];
        text.AsSpan().Fill((byte)'a');
        Assert.False(RpmsgName.TryCreate(text, out RpmsgName name));
        Assert.Equal(0, name.LengthBytes);
    }

    [Fact]
    public void NamesThatDifferInOneByteAreNotTheSame()
    {
        Assert.False(Name("service").IsSameAs(Name("servicf")));
        Assert.False(Name("service").IsSameAs(Name("services")));
    }

    private static RpmsgName Name(string text)
    {
        Assert.True(RpmsgName.TryCreate(Encoding.ASCII.GetBytes(text), out RpmsgName name));
        return name;
    }

    private static NameServiceMessage Read(byte[] payload)
    {
        using var memory = new GuardedMemory((nuint)payload.Length);
        payload.CopyTo(memory.Bytes);
        Assert.True(NameServiceMessage.TryRead(memory.Start, (uint)payload.Length, out NameServiceMessage message));
        return message;
    }
}
