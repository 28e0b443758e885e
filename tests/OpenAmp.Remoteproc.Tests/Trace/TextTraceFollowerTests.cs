// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class TextTraceFollowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TextTraceEnding.None)]
    [InlineData(TextTraceEnding.Zero)]
    public void EveryLineArrivesExactlyOnceWhileTheFollowerKeepsUp(TextTraceEnding ending)
        => Gen.Select(Gen.Int[256, 2000], Gen.Int[0, int.MaxValue]).Sample((lengthBytes, seed) =>
        {
            using var session = new TraceSession(lengthBytes, ending);
            var random = new Random(seed);
            var written = new List<string>();
            var read = new List<TraceLine>();
            string rest = "";
            while (written.Count < 300)
            {
                while (rest.Length < lengthBytes / 3)
                {
                    written.Add(Line(written.Count, random));
                    rest += written[^1] + "\n";
                }

                int length = random.Next(rest.Length);
                session.WriteText(rest[..length]);
                rest = rest[length..];
                read.AddRange(session.ReadAll());
            }

            session.WriteText(rest);
            read.AddRange(session.ReadAll());
            session.Drain();
            read.AddRange(session.ReadAll());
            Assert.Equal(written, read.Select(line => line.Text));
            Assert.DoesNotContain(read.SkipLast(1), line => (line.Flags & ~Expected(ending)) != 0);

            // The last line may end where the buffer does, in bytes that were there before: nothing tells it then.
            Assert.Equal(TraceLineFlags.None, read[^1].Flags & ~Expected(TextTraceEnding.None));
            Assert.Contains(read, line => line.Flags.HasFlag(TraceLineFlags.Wrapped));
        });

    [Theory]
    [InlineData(TextTraceEnding.None)]
    [InlineData(TextTraceEnding.Zero)]
    public void AWriterWhoOvertakesIsReportedAndFollowedAgain(TextTraceEnding ending)
        => Gen.Select(Gen.Int[256, 2000], Gen.Int[0, int.MaxValue]).Sample((lengthBytes, seed) =>
        {
            using var session = new TraceSession(lengthBytes, ending);
            var random = new Random(seed);
            int number = 0;
            session.WriteText(Line(number++, random) + "\n");
            Assert.Single(session.ReadAll());

            int bytes = lengthBytes * random.Next(11, 40) / 10;
            while (bytes > 0)
            {
                string line = Line(number++, random) + "\n";
                session.WriteText(line);
                bytes -= line.Length;
            }

            List<TraceLine> read = session.ReadAll();
            session.WriteText(Line(number, random) + "\n");
            read.AddRange(session.ReadAll());
            Assert.Contains(read, line => line.Flags.HasFlag(TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown));

            // From here on it is as if nothing had been.
            read.Clear();
            var written = new List<string>();
            for (int i = 0; i < 100; i++)
            {
                written.Add(Line(++number, random));
                session.WriteText(written[^1] + "\n");
                read.AddRange(session.ReadAll());
            }

            session.Drain();
            read.AddRange(session.ReadAll());
            Assert.Equal(written, read.Select(line => line.Text).TakeLast(100));
        });

    [Fact]
    public async Task TwoThreadsLoseNothingWhileTheFollowerKeepsUp()
    {
        const int Lines = 20_000;
        const int LengthBytes = 4001;
        using var memory = new TraceMemory(LengthBytes);

        // A remote whose thread is held in the middle of a line, on a busy machine, has not ended the line.
        using TraceFollower follower = TraceFollower.FollowText(
            memory.Region,
            TraceMemory.Address,
            LengthBytes,
            new() { PartialLineDelay = TimeSpan.FromDays(1) });
        Assert.True(TextTrace.TryCreateWriter(
            new TracePlatform(memory.Region), TraceMemory.Address, LengthBytes, TextTraceEnding.None, out var writer));
        int received = 0;
        Task remote = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Lines; i++)
                {
                    writer.Write(Encoding.ASCII.GetBytes(Text(i) + "\n"));

                    // At most 60 lines of 33 bytes are under way.
                    Assert.True(
                        SpinWait.SpinUntil(() => i - Interlocked.Add(ref received, 0) < 60, TimeSpan.FromSeconds(30)),
                        "The reader stopped.");
                }
            },
            Cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            for (bool isOver = false; !isOver;)
            {
                isOver = remote.IsCompleted;
                if (isOver)
                {
                    await follower.DrainAsync(Cancellation);
                }

                while (follower.TryReadLine(out TraceLine line))
                {
                    Assert.Equal(Text(received), line.Text);
                    Assert.Equal(TraceLineFlags.None, line.Flags & ~Expected(TextTraceEnding.None));
                    Interlocked.Increment(ref received);
                }
            }

            Assert.Equal(Lines, received);
        }
        finally
        {
            // It must not write into memory that is gone, whatever went wrong here.
            Interlocked.Exchange(ref received, Lines);
            await remote;
        }

        static string Text(int number) => string.Create(
            CultureInfo.InvariantCulture, $"{number:d8}{unchecked((uint)number * 2654435761):x8}{number * 7:d16}");
    }

    [Fact]
    public void TextWithoutANewlineComesAfterAWhileOrAtTheEnd()
    {
        using var session = new TraceSession(256, TextTraceEnding.Zero);
        session.WriteText("login: ");
        Assert.Empty(session.ReadAll());
        session.Time.Advance(TimeSpan.FromSeconds(1));
        TraceLine line = Assert.Single(session.ReadAll());
        Assert.Equal(("login: ", TraceLineFlags.Partial), (line.Text, line.Flags));

        session.WriteText("last wo");
        Assert.Empty(session.ReadAll());
        session.Drain();
        line = Assert.Single(session.ReadAll());
        Assert.Equal(("last wo", TraceLineFlags.Partial), (line.Text, line.Flags));
    }

    [Fact]
    public void ALineArrivesAtTheTimeOfTheLookThatFoundIt()
    {
        using var session = new TraceSession(256, TextTraceEnding.None);
        session.Time.Advance(TimeSpan.FromSeconds(5));
        session.WriteText("a\n");
        Assert.Equal(session.Time.GetUtcNow(), Assert.Single(session.ReadAll()).ArrivedAt);
    }

    [Fact]
    public void ABufferThatIsClearedIsANewRun()
    {
        using var session = new TraceSession(256, TextTraceEnding.None);
        session.WriteText("first run\nof the remote\n");
        Assert.Equal(2, session.ReadAll().Count);
        session.StartRemote(TextTraceEnding.None);
        session.WriteText("second\n");
        TraceLine line = Assert.Single(session.ReadAll());
        Assert.Equal(("second", TraceLineFlags.Restarted), (line.Text, line.Flags));
    }

    [Fact]
    public void ANewRunThatIsLongerThanTheOldOneIsSeenToo()
    {
        using var session = new TraceSession(256, TextTraceEnding.None);
        session.WriteText("first run\n");
        Assert.Single(session.ReadAll());
        session.StartRemote(TextTraceEnding.None);
        session.WriteText("a new run begins\nand is longer\n");
        List<TraceLine> lines = session.ReadAll();
        Assert.Equal(["a new run begins", "and is longer"], lines.Select(line => line.Text));
        Assert.Equal(TraceLineFlags.Restarted, lines[0].Flags);
    }

    [Fact]
    public void WhatWasThereBeforeTheFollowerIsShown()
    {
        using var memory = new TraceMemory(64);
        "old text here\nmore\n"u8.CopyTo(memory.Bytes);
        using TraceFollower follower = TraceFollower.FollowText(memory.Region, TraceMemory.Address, 64);
        Assert.True(follower.TryReadLine(out TraceLine line));
        Assert.Equal(("old text here", TraceLineFlags.None), (line.Text, line.Flags));
    }

    [Fact]
    public void AFullBufferOfUnknownOrderIsShownOnceAndCalledUncertain()
    {
        using var memory = new TraceMemory(64);
        memory.Bytes.Fill((byte)'x');
        memory.Bytes[20] = (byte)'\n';
        using TraceFollower follower = TraceFollower.FollowText(memory.Region, TraceMemory.Address, 64);
        Assert.False(follower.TryReadLine(out _));
        Assert.True(follower.TryReadLine(out TraceLine line));
        Assert.Equal(new string('x', 20), line.Text);
        Assert.Equal(
            TraceLineFlags.Uncertain | TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown, line.Flags);
        Assert.False(follower.TryReadLine(out _));
    }

    [Fact]
    public void ControlCharactersAndBrokenUtf8AreMadeHarmless()
    {
        using var session = new TraceSession(256, TextTraceEnding.None);
        byte[] hostile = [.. "a\tb\u001B[2J\rc\u202Ed\u0085é🙂"u8, 0xFF, 0xC3, (byte)'\r', (byte)'\n'];
        hostile.CopyTo(session.Memory.Bytes);
        Assert.Equal("a\tb\u241B[2J\u240Dc\uFFFDd\uFFFDé🙂\uFFFD\uFFFD", Assert.Single(session.ReadAll()).Text);
    }

    [Fact]
    public void LongLinesComeInPiecesThatTearNoCharacter()
    {
        using var session = new TraceSession(256, TextTraceEnding.None, new() { MaxLineBytes = 16 });
        session.WriteText("0123456789abcdef\n0123456789abcd\u20ACx\n");
        List<TraceLine> lines = session.ReadAll();
        Assert.Equal(["0123456789abcdef", "0123456789abcd", "\u20ACx"], lines.Select(line => line.Text));
        Assert.Equal(
            [TraceLineFlags.None, TraceLineFlags.Partial, TraceLineFlags.None], lines.Select(line => line.Flags));
    }

    [Fact]
    public void AnyBytesGiveABoundedNumberOfBoundedLines()
        => Gen.Select(Gen.Int[1, 300], Gen.Int[0, int.MaxValue]).Sample((lengthBytes, seed) =>
        {
            using var memory = new TraceMemory(lengthBytes);
            using TraceFollower follower = TraceFollower.FollowText(
                memory.Region, TraceMemory.Address, (ulong)lengthBytes, new() { MaxLineBytes = 16 });
            var random = new Random(seed);
            for (int i = 0; i < 50; i++)
            {
                int start = random.Next(lengthBytes);
                Span<byte> part = memory.Bytes.Slice(start, random.Next(lengthBytes - start + 1));
                random.NextBytes(part);
                if (random.Next(3) == 0)
                {
                    part.Clear();
                }

                int lines = 0;
                while (follower.TryReadLine(out TraceLine line))
                {
                    Assert.InRange(line.Text.Length, 0, 16);
                    Assert.InRange(++lines, 0, (3 * lengthBytes) + 3);
                }
            }

            TraceSession.Drain(follower);
            for (int i = 0; follower.TryReadLine(out _); i++)
            {
                Assert.InRange(i, 0, (3 * lengthBytes) + 3);
            }
        });

    [Fact]
    public void APollThatFindsNothingAllocatesNothing()
    {
        using var session = new TraceSession(4096, TextTraceEnding.None);
        session.WriteText("text\n");
        Assert.Single(session.ReadAll());
        AssertPollsAllocateNothing(session.Follower);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(65ul)]
    [InlineData(ulong.MaxValue)]
    public void ABufferThatIsEmptyOrOutsideMemoryIsRefused(ulong lengthBytes)
    {
        using var memory = new TraceMemory(64);
        TraceBufferException failure = Assert.Throws<TraceBufferException>(
            () => TraceFollower.FollowText(memory.Region, TraceMemory.Address, lengthBytes));
        Assert.Contains(lengthBytes.ToString(CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
        Assert.Throws<TraceBufferException>(
            () => TraceFollower.FollowText(memory.Region, new DeviceAddress(0), 64));
    }

    internal static void AssertPollsAllocateNothing(TraceFollower follower)
    {
        // With the wait of a reader, so that its wake-up is counted too.
        IAsyncEnumerator<TraceLine> lines = follower.ReadLinesAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Task<bool> next = lines.MoveNextAsync().AsTask();
        for (int i = 0; i < 200; i++)
        {
            _ = follower.TryReadLine(out _);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = follower.TryReadLine(out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(next.IsCompleted);
    }

    private static TraceLineFlags Expected(TextTraceEnding ending)
        => ending == TextTraceEnding.Zero
            ? TraceLineFlags.Wrapped
            : TraceLineFlags.Wrapped | TraceLineFlags.Uncertain;

    private static string Line(int number, Random random)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{number:d6} {random.NextInt64():x16}");
        return line[..random.Next(12, 24)];
    }
}
