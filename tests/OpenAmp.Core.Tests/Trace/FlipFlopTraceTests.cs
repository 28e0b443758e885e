// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class FlipFlopTraceTests
{
    // Two halves of 64 bytes.
    private const uint Small = 256;

    [Fact]
    public void TheControlBlockLiesAsDocumented()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Assert.Equal("FFTR"u8, buffer.Memory.Bytes[..4]);
        Assert.Equal([1, 64, 1, 0, 0, 0], Words(buffer, 4, 8, 12, 16, 20, 24));
        Assert.Equal([0, 0, 0, 0], Words(buffer, 32, 36, 40, 44));

        Write(buffer, new string('a', 70));
        Assert.Equal([1, 0, 0], Words(buffer, 16, 20, 24));
        Assert.Equal([0, 64, 1, 6], Words(buffer, 32, 36, 48, 52));
        Assert.Equal((byte)'a', buffer.Memory.Bytes[128]);
        Assert.Equal((byte)'a', buffer.Memory.Bytes[192 + 5]);
        Assert.Equal(0, buffer.Memory.Bytes[192 + 6]);

        Assert.Equal(70, buffer.ReadAll().Length);
        Assert.Equal([1, 1], Words(buffer, 64, 68));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(255u)]
    public void ABufferWithoutRoomForTwoHalvesIsRefused(uint lengthBytes)
    {
        using var buffer = new FlipFlopBuffer(Small);
        var platform = new TestPlatform(buffer.Machine);
        var address = new DeviceAddress(FlipFlopBuffer.Origin);
        Assert.False(FlipFlopTrace.TryCreateWriter(platform, address, lengthBytes, 0, out _));
        Assert.False(FlipFlopTrace.TryCreateReader(platform, address, lengthBytes, out _));
    }

    [Fact]
    public void ABufferOutsideMemoryOrOffItsAlignmentIsRefused()
    {
        using var buffer = new FlipFlopBuffer(1024);
        var platform = new TestPlatform(buffer.Machine);
        var unaligned = new DeviceAddress(FlipFlopBuffer.Origin + 32);
        Assert.False(FlipFlopTrace.TryCreateWriter(platform, unaligned, Small, 0, out _));
        var outside = new DeviceAddress(FlipFlopBuffer.Origin + 832);
        Assert.False(FlipFlopTrace.TryCreateReader(platform, outside, Small, out _));
    }

    [Theory]
    [InlineData(257u, 64u)]
    [InlineData(383u, 64u)]
    [InlineData(384u, 128u)]
    [InlineData(uint.MaxValue, 0x7FFFFF80u)]
    public void OddLengthsLeaveTheRestUnused(uint lengthBytes, uint halfBytes)
    {
        Assert.True(FlipFlopTraceLayout.TryCreate(lengthBytes, out FlipFlopTraceLayout layout));
        Assert.Equal(halfBytes, layout.HalfBytes);
        Assert.True((ulong)layout.OffsetOf(1) + layout.HalfBytes <= lengthBytes);
    }

    [Fact]
    public void AFullHalfRingsAndAHalfFullOneRingsOnlyWhenFlushed()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, new string('a', 63));
        Assert.Equal(0, buffer.Machine.NotifyCount);
        buffer.Writer.Flush();
        buffer.Writer.Flush();
        Assert.Equal(1, buffer.Machine.NotifyCount);
        Write(buffer, "b");
        Assert.Equal(2, buffer.Machine.NotifyCount);
        Assert.Equal(FlipFlopBuffer.NotifyId, buffer.Machine.LastNotifyId);
    }

    [Fact]
    public void AHalfFullHalfIsReadWithoutTheRemotesHelp()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, "last wo");
        Assert.Equal("last wo", buffer.ReadAll());
        Write(buffer, "rds\n");
        Assert.Equal("rds\n", buffer.ReadAll());
        Assert.Equal("", buffer.ReadAll());
    }

    [Fact]
    public void WhatFindsNoRoomIsCountedAndItsPlaceIsKept()
    {
        using var buffer = new FlipFlopBuffer(Small);
        string first = new('a', 60);
        string second = new('b', 60);
        Assert.True(Write(buffer, first));
        Assert.True(Write(buffer, second));
        Assert.False(Write(buffer, "lost\nlost\n"));

        // A shorter text that would fit must not overtake what was lost.
        Assert.False(Write(buffer, "x\n"));
        Assert.Equal((12u, 3u), (buffer.Writer.LostBytes, buffer.Writer.LostLines));
        Assert.Equal(first + second + "{12,3}", buffer.ReadAll());

        Assert.True(Write(buffer, "after\n"));
        Assert.Equal("after\n", buffer.ReadAll());
    }

    [Fact]
    public void AGapStandsBetweenTheTextBeforeAndAfterItAlsoForAReaderWhoComesLate()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, new string('a', 64) + new string('b', 60));
        Write(buffer, "0123456789");
        var scratch = new byte[64];
        Assert.Equal(FlipFlopTraceStatus.News, buffer.Reader.Read(scratch, out _));
        Write(buffer, "c");
        Assert.Equal(new string('b', 60) + "{10,0}c", buffer.ReadAll());
    }

    [Fact]
    public void LossAfterARaceIsToldOnce()
    {
        // The remote goes on at each place where the reader looks at shared memory.
        using var buffer = new FlipFlopBuffer(Small);
        var dice = new Dice(3);
        long written = 0;
        bool isInside = false;
        buffer.Machine.OnAccess = () =>
        {
            if (!isInside)
            {
                isInside = true;
                for (int bursts = dice.OneIn(2) ? dice.Below(6) : 0; bursts > 0; bursts--)
                {
                    int length = dice.Below(90);
                    Write(buffer, new string('z', length));
                    written += length;
                }

                isInside = false;
            }
        };
        var scratch = new byte[40];
        long read = 0;
        long lost = 0;
        for (int i = 0; i < 20_000; i++)
        {
            _ = buffer.Reader.Read(scratch, out FlipFlopTraceRead news);
            read += news.LengthBytes;
            lost += news.LostBytes;
            Assert.InRange(lost, 0, buffer.Writer.LostBytes);
        }

        buffer.Machine.OnAccess = null;
        string rest = buffer.ReadAll();
        long gap = 0;
        foreach (string part in rest.Split('{')[1..])
        {
            gap += long.Parse(part.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        read += rest.Split('z').Length - 1;
        Assert.Equal(buffer.Writer.LostBytes, lost + gap);
        Assert.Equal(written, read + lost + gap);
        Assert.True(lost > 0 && read > 100_000, $"{lost} lost and {read} read: the run proved nothing.");
        Assert.Equal(0u, buffer.Reader.PeerFaults);
        Assert.Equal(0u, buffer.Writer.HostFaults);
    }

    [Fact]
    public void AnyTrafficArrivesInOrderWithItsGapsInPlace()
        => Gen.Select(Gen.UInt[256, 700], Gen.ULong).Sample((lengthBytes, seed) =>
        {
            using var buffer = new FlipFlopBuffer(lengthBytes);
            var dice = new Dice(seed);
            var expected = new StringBuilder();
            var actual = new StringBuilder();
            for (int i = 0; i < 200; i++)
            {
                if (dice.OneIn(3))
                {
                    actual.Append(buffer.ReadAll(1 + dice.Below(256)));
                }
                else
                {
                    // No longer than a half, so that it is taken or lost as a whole.
                    string text = Text(ref dice, 64);
                    uint lines = (uint)text.Split('\n').Length - 1;
                    expected.Append(Write(buffer, text) ? text : text.Length > 0 ? $"{{{text.Length},{lines}}}" : "");
                }
            }

            actual.Append(buffer.ReadAll());
            Assert.Equal(Merge(expected.ToString()), Merge(actual.ToString()));
        });

    [Fact]
    public void AWriteLongerThanAHalfIsCutAndEachPieceIsTakenOrLost()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Assert.False(Write(buffer, new string('q', 150)));
        Assert.Equal(22u, buffer.Writer.LostBytes);
        Assert.Equal(new string('q', 128) + "{22,0}", buffer.ReadAll());
    }

    [Fact]
    public void ARestartedRemoteIsFollowedFromItsBeginning()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, new string('a', 100));
        Assert.Equal(100, buffer.ReadAll().Length);
        buffer.StartRemote();
        Write(buffer, "again\n");
        Assert.Equal("!again\n", buffer.ReadAll());
        Write(buffer, new string('b', 122));
        Assert.Equal(new string('b', 122), buffer.ReadAll());
    }

    [Fact]
    public void ARestartWithClearedMemoryIsFollowedToo()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, new string('a', 100));
        Assert.Equal(100, buffer.ReadAll().Length);
        buffer.Memory.Bytes.Clear();
        Assert.Equal(FlipFlopTraceStatus.NotReady, buffer.Reader.Read(new byte[1], out _));
        buffer.StartRemote();
        Write(buffer, "again\n");
        Assert.Equal("!again\n", buffer.ReadAll());
    }

    [Fact]
    public void ANewHostGoesOnWhereTheOldOneReleasedLast()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Write(buffer, new string('a', 64) + new string('b', 10));
        Assert.Equal(74, buffer.ReadAll().Length);
        Write(buffer, "c");
        buffer.StartHost();
        Assert.Equal(new string('b', 10) + "c", buffer.ReadAll());
        Assert.Equal(0u, buffer.Writer.HostFaults);
    }

    [Fact]
    public void ABlockOfAnotherVersionOrLengthIsRefused()
    {
        using var buffer = new FlipFlopBuffer(Small);
        buffer.SetWord(8, 128);
        Assert.Equal(FlipFlopTraceStatus.Refused, buffer.Reader.Read(new byte[64], out _));
        buffer.SetWord(8, 64);
        buffer.SetWord(4, 2);
        Assert.Equal(FlipFlopTraceStatus.Refused, buffer.Reader.Read(new byte[64], out _));
    }

    [Fact]
    public void AHostThatReleasesWhatWasNotClosedIsNotBelieved()
    {
        using var buffer = new FlipFlopBuffer(Small);
        Assert.Equal("", buffer.ReadAll());
        buffer.SetWord(68, 9);
        Assert.True(Write(buffer, new string('a', 64) + new string('b', 64)));
        Assert.False(Write(buffer, "c"));
        Assert.True(buffer.Writer.HostFaults > 0);
        Assert.Equal((byte)'a', buffer.Memory.Bytes[128]);
    }

    [Fact]
    public void FreeRunningNumbersPassTheirEnd()
    {
        // A remote that has closed four thousand million halves, and a host that comes new to it.
        using var buffer = new FlipFlopBuffer(Small);
        buffer.Memory.Bytes[128..].Fill((byte)'x');
        SetHalf(buffer, number: 0xFFFFFFFE, filledBytes: 60);
        SetHalf(buffer, number: 0xFFFFFFFF, filledBytes: 4);
        buffer.SetWord(16, 0xFFFFFFFF);
        buffer.SetWord(64, 1);
        buffer.SetWord(68, 0xFFFFFFFE);
        Assert.Equal(new string('x', 64), buffer.ReadAll());
        Assert.Equal(0xFFFFFFFF, buffer.Word(68));

        SetHalf(buffer, number: 0, filledBytes: 7);
        buffer.SetWord(16, 0);
        Assert.Equal(new string('x', 7), buffer.ReadAll());
        Assert.Equal(0u, buffer.Word(68));
        Assert.Equal(0u, buffer.Reader.PeerFaults);
    }

    [Fact]
    public void NoControlBlockMakesTheReaderReachOutsideOrStay()
        => Gen.ULong.Sample(seed =>
        {
            // The buffer ends at an inaccessible page: one byte too many ends the run.
            using var buffer = new FlipFlopBuffer(Small);
            var dice = new Dice(seed);
            var scratch = new byte[100];
            for (int i = 0; i < 300; i++)
            {
                int offset = 4 * dice.Below(32);
                buffer.SetWord(offset, dice.Below(4) switch
                {
                    0 => unchecked((uint)dice.Next()),
                    1 => (uint)dice.Below(4),
                    2 => unchecked(0u - (uint)dice.Below(4)),
                    _ => buffer.Word(4 * dice.Below(32)),
                });
                Restore(buffer, ref dice);
                _ = buffer.Reader.Read(scratch.AsSpan(0, dice.Below(100)), out FlipFlopTraceRead read);
                Assert.InRange(read.LengthBytes, 0, 64);
                Write(buffer, Text(ref dice, 64));
            }
        });

    [Fact]
    public void AReadAtRestAllocatesNothing()
    {
        using var buffer = new FlipFlopBuffer(Small);
        var scratch = new byte[64];
        _ = buffer.ReadAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = buffer.Writer.Write("text\n"u8);
            _ = buffer.Reader.Read(scratch, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ItWorksWhereCachesDoNotSnoop()
    {
        using var memory = new GuardedMemory(Small);
        using var remoteCopy = new GuardedMemory(Small);
        using var hostCopy = new GuardedMemory(Small);
        var remote = new CachedPlatform(new CachedMachine(remoteCopy, memory));
        var host = new CachedPlatform(new CachedMachine(hostCopy, memory));
        Assert.True(FlipFlopTrace.TryCreateWriter(remote, default, Small, 0, out var writer));
        Assert.True(FlipFlopTrace.TryCreateReader(host, default, Small, out var reader));
        var scratch = new byte[64];
        byte[] all = Encoding.ASCII.GetBytes(new string('a', 60));
        var dice = new Dice(5);
        long written = 0;
        long read = 0;
        for (int i = 0; i < 1000; i++)
        {
            ReadOnlySpan<byte> text = all.AsSpan(0, dice.Below(60));
            Assert.True(writer.Write(text));
            written += text.Length;
            while (reader.Read(scratch, out FlipFlopTraceRead news) == FlipFlopTraceStatus.News)
            {
                read += news.LengthBytes;
                Assert.Equal(-1, scratch.AsSpan(0, news.LengthBytes).IndexOfAnyExcept((byte)'a'));
            }
        }

        Assert.Equal(written, read);
    }

    // Most of the time the first words are right, so that the rest is looked at.
    private static void Restore(FlipFlopBuffer buffer, ref Dice dice)
    {
        if (!dice.OneIn(10))
        {
            buffer.SetWord(0, FlipFlopTraceLayout.Magic);
            buffer.SetWord(4, 1);
            buffer.SetWord(8, 64);
        }
    }

    private static void SetHalf(FlipFlopBuffer buffer, uint number, uint filledBytes)
    {
        int offset = (number & 1) == 0 ? 32 : 48;
        buffer.SetWord(offset, number);
        buffer.SetWord(offset + 4, filledBytes);
    }

    private static bool Write(FlipFlopBuffer buffer, string text)
        => buffer.Writer.Write(Encoding.ASCII.GetBytes(text));

    private static uint[] Words(FlipFlopBuffer buffer, params int[] offsets)
        => Array.ConvertAll(offsets, buffer.Word);

    private static string Text(ref Dice dice, int maxLength)
    {
        var text = new char[dice.Below(maxLength + 1)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = dice.OneIn(9) ? '\n' : (char)('a' + dice.Below(26));
        }

        return new string(text);
    }

    // Gaps that touch are one.
    private static string Merge(string text)
        => System.Text.RegularExpressions.Regex.Replace(
            text,
            @"(\{(\d+),(\d+)\})+",
            gap =>
            {
                uint bytes = 0;
                uint lines = 0;
                for (int i = 0; i < gap.Groups[1].Captures.Count; i++)
                {
                    bytes += uint.Parse(gap.Groups[2].Captures[i].ValueSpan, null);
                    lines += uint.Parse(gap.Groups[3].Captures[i].ValueSpan, null);
                }

                return $"{{{bytes},{lines}}}";
            });
}
