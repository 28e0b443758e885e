// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class FlipFlopTraceFollowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryLineArrivesExactlyOnceWhileTheFollowerKeepsUp()
        => Gen.Select(Gen.Int[256, 2000], Gen.Int[0, int.MaxValue]).Sample((lengthBytes, seed) =>
        {
            using var session = new TraceSession(lengthBytes, ending: null);
            var random = new Random(seed);
            var written = new List<string>();
            var read = new List<TraceLine>();
            for (int i = 0; i < 300; i++)
            {
                written.Add(new string((char)('a' + (i % 26)), random.Next(60)));
                int cut = random.Next(written[^1].Length + 1);
                Assert.True(session.WriteFlipFlop(written[^1][..cut]));
                if (random.Next(2) == 0)
                {
                    read.AddRange(session.ReadAll());
                }

                Assert.True(session.WriteFlipFlop(written[^1][cut..] + "\n"));
                read.AddRange(session.ReadAll());
            }

            Assert.Equal(written, read.Select(line => line.Text));
            Assert.All(read, line => Assert.Equal(TraceLineFlags.None, line.Flags));
        });

    [Fact]
    public void AGapIsCountedAndStandsBeforeTheLineAfterIt()
    {
        using var session = new TraceSession(256, ending: null);
        Assert.True(session.WriteFlipFlop(new string('a', 59) + "\n" + new string('b', 59) + "\n"));
        Assert.False(session.WriteFlipFlop("lost one\nlost two\n"));
        List<TraceLine> lines = session.ReadAll();
        Assert.Equal(2, lines.Count);
        Assert.True(session.WriteFlipFlop("after\n"));
        TraceLine line = Assert.Single(session.ReadAll());
        Assert.Equal(
            ("after", TraceLineFlags.LostBytes, 18ul, 2ul), (line.Text, line.Flags, line.LostBytes, line.LostLines));
        Assert.Equal(18ul, session.Follower.LostByteCount);
    }

    [Fact]
    public void AGapThatNothingFollowsIsShownAtTheEnd()
    {
        using var session = new TraceSession(256, ending: null);
        session.WriteFlipFlop(new string('a', 128));
        session.WriteFlipFlop("gone\n");
        session.Drain();
        List<TraceLine> lines = session.ReadAll();
        Assert.Equal([new string('a', 128), ""], lines.Select(line => line.Text));
        Assert.Equal(5ul, lines[1].LostBytes);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(4096)]
    public async Task TwoThreadsLoseNoLineWhileTheFollowerKeepsUp(int lengthBytes)
    {
        using var test = new Threads(lengthBytes, TimeSpan.FromMilliseconds(1), Cancellation);
        int half = test.HalfBytes;

        // Never more than a half is under way: so the other is always released.
        Task remote = test.StartRemote(20_000, () => test.WrittenBytes - test.ReadBytes < half - 60);
        await test.ReadToEndAsync(remote);
        Assert.Equal(20_000, test.Numbers.Count);
        Assert.Equal(0ul, test.Follower.LostByteCount);
    }

    [Fact]
    public async Task ARingWakesTheReaderLongBeforeThePoll()
    {
        // The slow poll never comes: each half that is full, and each flush, must wake the reader by itself.
        using var test = new Threads(512, TimeSpan.FromDays(1), Cancellation);
        int half = test.HalfBytes;
        Task remote = test.StartRemote(5_000, () => test.WrittenBytes - test.ReadBytes < half - 60);
        await test.ReadToEndAsync(remote);
        Assert.Equal(5_000, test.Numbers.Count);
    }

    [Fact]
    public async Task WhatIsReadAndWhatIsLostIsAllThatWasWritten()
    {
        using var test = new Threads(1024, TimeSpan.FromMilliseconds(1), Cancellation);
        await test.ReadToEndAsync(test.StartRemote(200_000, () => true));
        Assert.Equal(200_000, test.Numbers.Count + (int)test.LostLines);
        Assert.Equal(test.WrittenBytes, test.ReadBytes + (long)test.Follower.LostByteCount);
        Assert.Equal(test.Numbers.Order(), test.Numbers);
        Assert.Equal(test.Numbers.Count, test.Numbers.Distinct().Count());
    }

    [Fact]
    public void AHostileControlBlockNeverHoldsTheReader()
        => Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            using var session = new TraceSession(256, ending: null);
            var random = new Random(seed);
            int lines = 0;
            for (int i = 0; i < 200; i++)
            {
                random.NextBytes(session.Memory.Bytes.Slice(16, 4 * random.Next(1, 12)));
                for (int reads = 0; reads < 50 && session.Follower.TryReadLine(out _); reads++)
                {
                    lines++;
                }
            }

            session.Drain();
            while (session.Follower.TryReadLine(out _))
            {
                Assert.InRange(++lines, 0, 200 * 60);
            }
        });

    [Fact]
    public void ARemoteOfAnotherRunIsMarked()
    {
        using var session = new TraceSession(256, ending: null);
        session.WriteFlipFlop("first\n");
        Assert.Single(session.ReadAll());
        session.StartRemote(null);
        session.WriteFlipFlop("second\n");
        TraceLine line = Assert.Single(session.ReadAll());
        Assert.Equal(("second", TraceLineFlags.Restarted), (line.Text, line.Flags));
    }

    [Fact]
    public void APollThatFindsNothingAllocatesNothing()
    {
        using var session = new TraceSession(4096, ending: null);
        session.WriteFlipFlop("text\n");
        Assert.Single(session.ReadAll());
        TextTraceFollowerTests.AssertPollsAllocateNothing(session.Follower);
    }

    [Fact]
    public void ABufferTooShortForTwoHalvesIsRefused()
    {
        using var memory = new TraceMemory(255);
        TraceBufferException failure = Assert.Throws<TraceBufferException>(
            () => TraceFollower.FollowFlipFlop(memory.Region, TraceMemory.Address, 255));
        Assert.Contains("at least 256", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Threads : IDisposable
    {
        private readonly TraceMemory _memory;
        private readonly CancellationToken _cancellation;
        private long _writtenBytes;
        private long _readBytes;

        public Threads(int lengthBytes, TimeSpan pollInterval, CancellationToken cancellation)
        {
            _cancellation = cancellation;
            _memory = new TraceMemory(lengthBytes);
            Assert.True(FlipFlopTraceLayout.TryCreate((uint)lengthBytes, out FlipFlopTraceLayout layout));
            HalfBytes = (int)layout.HalfBytes;
            Follower = TraceFollower.FollowFlipFlop(
                _memory.Region,
                TraceMemory.Address,
                (ulong)lengthBytes,
                new() { PollInterval = pollInterval, PartialLineDelay = TimeSpan.FromDays(1) });
        }

        public TraceFollower Follower { get; }

        public int HalfBytes { get; }

        public List<int> Numbers { get; } = [];

        public ulong LostLines { get; private set; }

        public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

        public long ReadBytes => Interlocked.Read(ref _readBytes);

        public Task StartRemote(int lines, Func<bool> mayWrite)
            => Task.Factory.StartNew(
                () => Write(lines, mayWrite), _cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public async Task ReadToEndAsync(Task remote)
        {
            Task drain = remote.ContinueWith(
                _ => Follower.DrainAsync(_cancellation).AsTask(), _cancellation, TaskContinuationOptions.None,
                TaskScheduler.Default).Unwrap();
            await foreach (TraceLine line in Follower.ReadLinesAsync(_cancellation))
            {
                LostLines += line.LostLines;
                if (line.Text.Length > 0)
                {
                    int end = line.Text.AsSpan().IndexOf(' ');
                    Numbers.Add(int.Parse(line.Text.AsSpan(0, end), CultureInfo.InvariantCulture));
                    Interlocked.Add(ref _readBytes, line.Text.Length + 1);
                }
            }

            await drain;
            await remote;
        }

        public void Dispose()
        {
            Follower.Dispose();
            _memory.Dispose();
        }

        private void Write(int lines, Func<bool> mayWrite)
        {
            var platform = new TracePlatform(_memory.Region, Follower.Notify);
            Assert.True(FlipFlopTrace.TryCreateWriter(
                platform, TraceMemory.Address, (uint)_memory.LengthBytes, 0, out var writer));
            for (int i = 0; i < lines; i++)
            {
                byte[] line = Encoding.ASCII.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{i} {new string('x', i % 40)}\n"));
                if (!mayWrite())
                {
                    writer.Flush();
                }

                Assert.True(SpinWait.SpinUntil(mayWrite, TimeSpan.FromSeconds(30)), "The reader stopped.");
                Interlocked.Add(ref _writtenBytes, line.Length);
                _ = writer.Write(line);
            }
        }
    }
}
