// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>Waiting for what comes next.</content>
public sealed partial class RemoteProcessor
{
    private TaskCompletionSource<RemoteCrash> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the processor has crashed and its recovery policy has given up: it stays crashed until
    /// somebody does something. The dump, if there is one, has been taken.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The crash.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or the processor was disposed.</exception>
    public Task<RemoteCrash> WaitForLossAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_lost.Task.IsCompleted && _state != RemoteProcessorState.Crashed)
            {
                // That was an earlier one, and somebody has done something.
                _lost = new TaskCompletionSource<RemoteCrash>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return _lost.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the processor enters a state, from now on: the one it is in does not count.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The change into that state.</returns>
    /// <exception cref="ObjectDisposedException">The processor was disposed first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<RemoteProcessorStateChange> WaitForChangeAsync(
        RemoteProcessorState state,
        CancellationToken cancellationToken)
        => FindAsync(_feed.Watch(cancellationToken), state);

    private async Task<RemoteProcessorStateChange> FindAsync(
        IAsyncEnumerable<RemoteProcessorStateChange> changes,
        RemoteProcessorState state)
    {
        await foreach (RemoteProcessorStateChange change in changes.ConfigureAwait(false))
        {
            if (change.To == state)
            {
                return change;
            }
        }

        throw new ObjectDisposedException($"processor '{Name}'");
    }

    private void GiveUp()
    {
        Log.NotRecovered(_options.Logger, Name, _options.Recovery.MaxRecoveries);
        lock (_lock)
        {
            if (_lastCrash is { } crash)
            {
                _lost.TrySetResult(crash);
            }
        }
    }
}
