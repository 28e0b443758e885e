// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>The trace buffers of one run, and whoever follows them.</summary>
internal sealed class RunTraces(string processorName, MemoryMap memory, TraceFollowerOptions options, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly List<(uint? NotifyId, TraceFollower Follower)> _followers = [];
    private readonly List<Task> _pumps = [];
    private bool _isOver;

    /// <summary>Carries every buffer's lines to the sinks until the run is drained.</summary>
    public void Start(IReadOnlyList<TraceResource> traces, IReadOnlyList<TraceSink> sinks)
    {
        foreach (TraceResource trace in sinks.Count > 0 ? traces : [])
        {
            try
            {
                _pumps.Add(PumpAsync(Follow(trace), sinks));
            }
            catch (TraceBufferException error)
            {
                Log.TraceUnavailable(logger, processorName, trace.Name, error.Message);
            }
        }
    }

    /// <summary>Follows one buffer.</summary>
    /// <exception cref="TraceBufferException">It lies outside the memory, or is no buffer.</exception>
    public TraceFollower Follow(TraceResource trace)
    {
        var address = new DeviceAddress(trace.Address);
        if (!memory.TryTranslate(address, trace.LengthBytes, out SharedRegion buffer))
        {
            throw new TraceBufferException($"{trace} has {trace.LengthBytes} bytes at 0x{trace.Address:x8}, outside "
                + "the "
                + $"memory of processor '{processorName}': {memory.Describe()}.");
        }

        TraceFollowerOptions named = options with { Origin = new TraceOrigin(processorName, trace.Name) };
        TraceFollower follower = trace.Method == TraceMethod.FlipFlop
            ? TraceFollower.FollowFlipFlop(buffer, address, trace.LengthBytes, named)
            : TraceFollower.FollowText(buffer, address, trace.LengthBytes, named);
        lock (_lock)
        {
            _followers.Add((trace.NotifyId, follower));
            if (_isOver)
            {
                follower.Dispose();
            }
        }

        return follower;
    }

    /// <summary>The remote rang for a buffer.</summary>
    public void Notify(uint notifyId)
    {
        lock (_lock)
        {
            foreach ((uint? id, TraceFollower follower) in _followers)
            {
                if (id == notifyId)
                {
                    follower.Notify();
                }
            }
        }
    }

    /// <summary>Takes the last words of every buffer, and waits until the sinks have them. The memory may go
    /// then.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        List<TraceFollower> followers = [];
        lock (_lock)
        {
            _isOver = true;
            _followers.ForEach(pair => followers.Add(pair.Follower));
        }

        foreach (TraceFollower follower in followers)
        {
            await follower.DrainAsync(CancellationToken.None).ConfigureAwait(false);
        }

        try
        {
            await Task.WhenAll(_pumps).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.TraceSlow(logger, processorName);
        }
    }

    /// <summary>Empties the buffers before a run, so that the last one's words are not taken for new.</summary>
    public unsafe void Clear(IReadOnlyList<TraceResource> traces)
    {
        foreach (TraceResource trace in traces)
        {
            if (trace.LengthBytes <= TraceFollower.MaxLengthBytes
                && memory.TryTranslate(new DeviceAddress(trace.Address), trace.LengthBytes, out SharedRegion buffer))
            {
                // SAFETY: the map vouches for the range; its length is bounded.
                new Span<byte>(buffer.Start, (int)buffer.LengthBytes).Clear();
            }
        }
    }

    private async Task PumpAsync(TraceFollower follower, IReadOnlyList<TraceSink> sinks)
    {
        try
        {
            await TracePump.RunAsync(follower, sinks, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.TraceUnavailable(logger, processorName, follower.Origin.Buffer, error.Message);
        }
    }
}
