// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>Trace buffers.</content>
public sealed partial class RemoteProcessor
{
    /// <summary>The trace buffers that the table names.</summary>
    public IReadOnlyList<TraceResource> Traces => Table?.Traces ?? [];

    /// <summary>Follows a trace buffer of this run, beside the sinks of the options.</summary>
    /// <param name="name">The buffer's name in the table.</param>
    /// <returns>The follower. It ends with the run, after the last line; the caller may dispose it before.</returns>
    /// <exception cref="RemoteProcessorStateException">The processor does not run.</exception>
    /// <exception cref="KeyNotFoundException">The table names no such buffer.</exception>
    /// <exception cref="TraceBufferException">The buffer lies outside the memory, or is none.</exception>
    public TraceFollower FollowTrace(string name)
    {
        RemoteRun run = _run ?? throw new RemoteProcessorStateException(
            $"Processor '{Name}' is {State}: a trace can be followed while it runs.");
        TraceResource trace = Traces.FirstOrDefault(trace => trace.Name == name)
            ?? throw new KeyNotFoundException($"Processor '{Name}' has no trace buffer '{name}'; it has: "
                + (Traces.Count == 0 ? "none" : string.Join(", ", Traces.Select(t => t.Name))) + ".");
        return run.Traces.Follow(trace);
    }

    private RunTraces NewTraces()
        => new(
            Name,
            Memory,
            _options.Trace with { TimeProvider = _options.TimeProvider, Logger = _options.Logger },
            _options.Logger);

    private void OnNotification(uint notifyId) => _run?.Traces.Notify(notifyId);

    private async ValueTask DrainTracesAsync(CancellationToken cancellationToken)
    {
        if (_run is { } run)
        {
            await run.Traces.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
