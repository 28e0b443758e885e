// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>Trace buffers: <c>trace0</c> and so on in debugfs, in the order of the table.</content>
public sealed partial class KernelRemoteProcessor
{
    private readonly Lock _traceLock = new();
    private readonly List<TraceMirror> _mirrors = [];
    private readonly List<Task> _pumps = [];

    /// <inheritdoc/>
    public override TraceFollower FollowTrace(string name)
    {
        if (State is not (RemoteProcessorState.Running or RemoteProcessorState.Attached
            or RemoteProcessorState.Suspended))
        {
            throw new RemoteProcessorStateException(
                $"Processor '{Name}' is {State}: a trace can be followed while it runs.");
        }

        IReadOnlyList<TraceResource> traces = Traces;
        for (int i = 0; i < traces.Count; i++)
        {
            if (traces[i].Name == name)
            {
                return Follow(traces[i], i);
            }
        }

        throw new KeyNotFoundException($"Processor '{Name}' has no trace buffer '{name}'; it has: "
            + (traces.Count == 0 ? "none, or debugfs may not be read" : string.Join(", ", traces.Select(t => t.Name)))
            + ".");
    }

    private TraceFollower Follow(TraceResource trace, int index)
    {
        TraceMirror mirror = TraceMirror.Open(
            Path.Combine(_node.DebugDirectory, $"trace{index}"),
            trace.LengthBytes,
            Options.Trace with
            {
                Origin = new TraceOrigin(Name, trace.Name),
                TimeProvider = Options.TimeProvider,
                Logger = Options.Logger,
            });
        lock (_traceLock)
        {
            _mirrors.Add(mirror);
        }

        return mirror.Follower;
    }

    private void StartTraces()
    {
        for (int i = 0; i < (Options.TraceSinks.Count > 0 ? Traces.Count : 0); i++)
        {
            try
            {
                TraceFollower follower = Follow(Traces[i], i);
                _pumps.Add(PumpAsync(follower));
            }
            catch (TraceBufferException error)
            {
                RemoteprocLog.TraceUnavailable(Options.Logger, Name, Traces[i].Name, error.Message);
            }
        }
    }

    private async Task PumpAsync(TraceFollower follower)
    {
        try
        {
            await TracePump.RunAsync(follower, Options.TraceSinks, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.TraceUnavailable(Options.Logger, Name, follower.Origin.Buffer, error.Message);
        }
    }

    /// <summary>Takes the last words, before the kernel lets the buffers go.</summary>
    private async ValueTask DrainTracesAsync()
    {
        foreach (TraceMirror mirror in TakeMirrors(remove: false))
        {
            await mirror.DrainAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask EndTracesAsync()
    {
        TraceMirror[] mirrors = TakeMirrors(remove: true);
        foreach (TraceMirror mirror in mirrors)
        {
            await mirror.DrainAsync().ConfigureAwait(false);
        }

        try
        {
            await Task.WhenAll(_pumps).WaitAsync(Options.StopTimeout, Options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RemoteprocLog.TraceUnavailable(Options.Logger, Name, "all", "The sinks were too slow for the last lines.");
        }

        _pumps.Clear();
        foreach (TraceMirror mirror in mirrors)
        {
            await mirror.DisposeAsync().ConfigureAwait(false);
        }
    }

    private TraceMirror[] TakeMirrors(bool remove)
    {
        lock (_traceLock)
        {
            TraceMirror[] mirrors = [.. _mirrors];
            if (remove)
            {
                _mirrors.Clear();
            }

            return mirrors;
        }
    }
}
