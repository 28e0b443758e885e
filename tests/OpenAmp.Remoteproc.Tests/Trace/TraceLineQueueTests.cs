// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class TraceLineQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LinesComeOutAsTheyWentInWithTheirFlagsAndLosses()
    {
        TraceLine[] lines =
        [
            Line("first", TraceLineFlags.Restarted),
            Line(""),
            Line("a part", TraceLineFlags.Partial),
            Line("after a gap", TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown, 17, 3),
            Line("ünï\tcode"),
            Line("", TraceLineFlags.LostBytes, 5),
        ];
        var queue = new TraceLineQueue();
        using TraceFollower follower = TraceFollower.FollowLines(queue);
        foreach (TraceLine line in lines)
        {
            Assert.True(await queue.WriteAsync(line, Cancellation));
        }

        await queue.CompleteAsync();
        List<TraceLine> read = await ReadAsync(follower);
        Assert.Equal(lines, read.Select(line => line with { ArrivedAt = default }));
        Assert.Equal(22ul, follower.LostByteCount);
        Assert.True(queue.Closed.IsCompleted);
    }

    [Fact]
    public async Task AWriterWaitsForASlowReaderAndLosesNothing()
    {
        const int count = 2000;
        var queue = new TraceLineQueue();
        using TraceFollower follower = TraceFollower.FollowLines(queue);
        Task writing = Task.Run(
            async () =>
            {
                for (int i = 0; i < count; i++)
                {
                    Assert.True(await queue.WriteAsync(Line($"line {i}"), Cancellation));
                }

                await queue.CompleteAsync();
            },
            Cancellation);
        await Task.Delay(50, Cancellation);
        Assert.False(writing.IsCompleted);
        List<TraceLine> read = await ReadAsync(follower);
        await writing;
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"line {i}"), read.Select(line => line.Text));
    }

    [Fact]
    public async Task AWriterIsToldWhenNobodyReadsAnyMore()
    {
        var queue = new TraceLineQueue();
        TraceFollower follower = TraceFollower.FollowLines(queue);
        follower.Dispose();
        await queue.Closed.WaitAsync(Cancellation);
        Assert.False(await queue.WriteAsync(Line("too late"), Cancellation));
    }

    [Fact]
    public void AQueueHasOneFollower()
    {
        var queue = new TraceLineQueue();
        using TraceFollower follower = TraceFollower.FollowLines(queue);
        Assert.Throws<InvalidOperationException>(() => TraceFollower.FollowLines(queue));
    }

    private static TraceLine Line(
        string text,
        TraceLineFlags flags = TraceLineFlags.None,
        ulong lostBytes = 0,
        ulong lostLines = 0)
        => new(default, text, flags, lostBytes, lostLines);

    private static async Task<List<TraceLine>> ReadAsync(TraceFollower follower)
    {
        List<TraceLine> lines = [];
        await foreach (TraceLine line in follower.ReadLinesAsync(Cancellation))
        {
            lines.Add(line);
        }

        return lines;
    }
}
