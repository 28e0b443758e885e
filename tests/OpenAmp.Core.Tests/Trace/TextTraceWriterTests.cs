// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class TextTraceWriterTests
{
    [Theory]
    [InlineData(0u, TextTraceEnding.None)]
    [InlineData(0u, TextTraceEnding.Zero)]
    [InlineData(1u, TextTraceEnding.Zero)]
    [InlineData(9u, TextTraceEnding.None)]
    public void ABufferWithoutRoomOrOutsideMemoryIsRefused(uint lengthBytes, TextTraceEnding ending)
    {
        using var memory = new GuardedMemory(8);
        Assert.False(TryCreate(memory, lengthBytes, ending, out _));
    }

    [Fact]
    public void TheBufferIsClearedAndTextStartsAtItsBeginning()
    {
        using var memory = new GuardedMemory(8);
        memory.Bytes.Fill(0xEE);
        Assert.True(TryCreate(memory, 7, TextTraceEnding.None, out var writer));
        writer.Write("abc"u8);
        Assert.Equal("abc\0\0\0\0"u8, memory.Bytes[..7]);
        Assert.Equal(0xEE, memory.Bytes[7]);
    }

    [Fact]
    public void WithoutAnEndingTextWrapsOverTheWholeBuffer()
    {
        using var memory = new GuardedMemory(8);
        Assert.True(TryCreate(memory, 7, TextTraceEnding.None, out var writer));
        writer.Write("abcdefgh"u8);
        Assert.Equal("hbcdefg"u8, memory.Bytes[..7]);
        Assert.Equal(1u, writer.PositionBytes);
    }

    [Fact]
    public void WithAnEndingAZeroFollowsTheNewestByteAndEndsTheBuffer()
    {
        using var memory = new GuardedMemory(8);
        Assert.True(TryCreate(memory, 8, TextTraceEnding.Zero, out var writer));
        writer.Write("abcdefg"u8);
        Assert.Equal("abcdefg\0"u8, memory.Bytes);
        writer.Write("hi"u8);
        Assert.Equal("hi\0defg\0"u8, memory.Bytes);
    }

    [Fact]
    public void AZeroByteInTheTextIsWrittenAsAQuestionMark()
    {
        using var memory = new GuardedMemory(8);
        Assert.True(TryCreate(memory, 8, TextTraceEnding.None, out var writer));
        writer.Write("a\0b"u8);
        Assert.Equal("a?b\0"u8, memory.Bytes[..4]);
    }

    [Fact]
    public void WhatTheKernelShowsIsTheNewestText()
        => Gen.Select(Gen.UInt[2, 40], Gen.ULong).Sample((lengthBytes, seed) =>
        {
            using var memory = new GuardedMemory(lengthBytes);
            Assert.True(TryCreate(memory, lengthBytes, TextTraceEnding.Zero, out var writer));
            var dice = new Dice(seed);
            string all = "";
            for (int i = 0; i < 30; i++)
            {
                string text = new((char)('a' + dice.Below(26)), dice.Below(12));
                writer.Write(Encoding.ASCII.GetBytes(text));
                all += text;
                ReadOnlySpan<byte> shown = memory.Bytes[..(int)lengthBytes];
                int end = shown.IndexOf((byte)0);
                Assert.True(end >= 0);
                Assert.EndsWith(Encoding.ASCII.GetString(shown[..end]), all, StringComparison.Ordinal);
                Assert.True(end > 0 || all.Length == 0);
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    public void ACopyDownwardsIsTheText(int offset)
    {
        using var memory = new GuardedMemory(64);
        new Dice(1).Fill(memory.Bytes);
        var copy = new byte[64 - offset - 1];
        TextTrace.CopyDownwards(memory.Start + offset, copy);
        Assert.Equal(memory.Bytes.Slice(offset, copy.Length).ToArray(), copy);
    }

    private static bool TryCreate(
        GuardedMemory memory, uint lengthBytes, TextTraceEnding ending, out TextTraceWriter<TestPlatform> writer)
    {
        var region = new SharedRegion(memory.Start, memory.LengthBytes, new DeviceAddress(0x100));
        var platform = new TestPlatform(new TestMachine(region));
        return TextTrace.TryCreateWriter(platform, new DeviceAddress(0x100), lengthBytes, ending, out writer);
    }
}
