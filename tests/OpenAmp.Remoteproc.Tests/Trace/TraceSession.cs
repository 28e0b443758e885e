// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>A remote that writes trace, and a host that follows it by hand.</summary>
internal sealed class TraceSession : IDisposable
{
    private TextTraceWriter<TracePlatform> _text;
    private FlipFlopTraceWriter<TracePlatform> _flipFlop;

    public TraceSession(int lengthBytes, TextTraceEnding? ending, TraceFollowerOptions? options = null)
    {
        Memory = new TraceMemory(lengthBytes);
        Time = new ManualTime();
        options = (options ?? new TraceFollowerOptions()) with { TimeProvider = Time };
        Follower = ending is null
            ? TraceFollower.FollowFlipFlop(Memory.Region, TraceMemory.Address, (ulong)lengthBytes, options)
            : TraceFollower.FollowText(Memory.Region, TraceMemory.Address, (ulong)lengthBytes, options);
        StartRemote(ending);
    }

    public TraceMemory Memory { get; }

    public ManualTime Time { get; }

    public TraceFollower Follower { get; }

    public void StartRemote(TextTraceEnding? ending)
    {
        var platform = new TracePlatform(Memory.Region, Follower.Notify);
        Assert.True(ending is null
            ? FlipFlopTrace.TryCreateWriter(platform, TraceMemory.Address, (uint)Memory.LengthBytes, 0, out _flipFlop)
            : TextTrace.TryCreateWriter(
                platform, TraceMemory.Address, (uint)Memory.LengthBytes, ending.Value, out _text));
    }

    public void WriteText(string text) => _text.Write(Encoding.UTF8.GetBytes(text));

    public bool WriteFlipFlop(string text) => _flipFlop.Write(Encoding.UTF8.GetBytes(text));

    public List<TraceLine> ReadAll()
    {
        var lines = new List<TraceLine>();
        while (Follower.TryReadLine(out TraceLine line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public static void Drain(TraceFollower follower)
        => Assert.True(follower.DrainAsync(TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);

    public void Drain() => Drain(Follower);

    public void Dispose()
    {
        Follower.Dispose();
        Memory.Dispose();
    }
}
