// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>The host's end of a processor state entry (version 2): hears what the firmware says of itself, and asks it
/// to end.</summary>
internal sealed class StateWatch(LiveProcessorState state, RemoteRun run, TimeProvider timeProvider)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    /// <summary>Watches until the run ends. Reports a crash when the firmware says that it cannot go on.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (state.ReadState() != ProcessorState.Crashed)
            {
                await Task.Delay(Period, timeProvider, cancellationToken).ConfigureAwait(false);
            }

            run.ReportCrash(CrashKind.FatalError, FormattableString.Invariant(
                $"Its firmware says that it cannot go on; the detail is 0x{state.ReadDetail():x8}."));
        }
        catch (OperationCanceledException)
        {
            // The run ended.
        }
    }

    /// <summary>Asks the firmware to put its things in order.</summary>
    /// <returns>Whether it said in time that it has.</returns>
    public async ValueTask<bool> AskAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
        state.WriteRequest(ProcessorRequest.Stop);
        try
        {
            while (state.ReadState() != ProcessorState.Stopped)
            {
                await Task.Delay(Period, timeProvider, deadline.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return false;
        }
    }
}
