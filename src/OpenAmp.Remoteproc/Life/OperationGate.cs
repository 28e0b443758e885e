// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Lets one operation through at a time. One that may not wait makes the one under way give up.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither source nor semaphore holds anything of the system.")]
internal sealed class OperationGate
{
    // Not a lock that anyone holds: who waits for it waits asynchronously, with a token. It is never disposed, because
    // who still waits when the processor is disposed must get its turn to learn that; it holds nothing of the system.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private CancellationTokenSource? _current;
    private int _impatient;

    /// <summary>Waits for the turn.</summary>
    /// <param name="preempts">Whether the operation under way, and any that gets its turn before this one, is
    /// cancelled. One that preempts is not cancelled itself: it wants what the next one wants.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The turn; disposing it passes it on.</returns>
    public async ValueTask<OperationTurn> EnterAsync(bool preempts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (preempts)
        {
            PreemptCurrent();
        }

        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (preempts)
            {
                lock (_lock)
                {
                    _impatient--;
                }
            }
        }

        lock (_lock)
        {
            if (preempts)
            {
                return new OperationTurn(this, CancellationToken.None);
            }

            // Somebody who may not wait comes next: give up before beginning.
            if (_impatient > 0)
            {
                return new OperationTurn(this, new CancellationToken(canceled: true));
            }

            _current = new CancellationTokenSource();
            return new OperationTurn(this, _current.Token);
        }
    }

    public void Exit()
    {
        CancellationTokenSource? ended;
        lock (_lock)
        {
            ended = _current;
            _current = null;
        }

        ended?.Dispose();
        _turn.Release();
    }

    private void PreemptCurrent()
    {
        CancellationTokenSource? current;
        lock (_lock)
        {
            _impatient++;
            current = _current;
        }

        try
        {
            // Not on this thread: what waits for it would go on here.
            _ = current?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself between the two.
        }
    }
}
