// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>Trace buffers.</content>
internal sealed partial class DrivenProcessor
{
    /// <inheritdoc/>
    public override TraceFollower FollowTrace(string name)
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
            Options.Trace with { TimeProvider = Options.TimeProvider, Logger = Options.Logger },
            Options.Logger);

    private void OnNotification(uint notifyId) => _run?.Traces.Notify(notifyId);

    private async ValueTask DrainTracesAsync(CancellationToken cancellationToken)
    {
        if (_run is { } run)
        {
            await run.Traces.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
