// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>What happens after a crash.</content>
internal sealed partial class DrivenProcessor
{
    private Task _recovery = Task.CompletedTask;

    // Cancelled when the processor is no longer crashed.
    private CancellationTokenSource? _rest;
    private Task _dumps = Task.CompletedTask;

    /// <summary>A run says that the processor crashed: on any thread, once a run.</summary>
    private void OnCrash(RemoteRun run, CrashKind kind, string message)
    {
        RemoteProcessorStateChange? change;
        lock (StateLock)
        {
            change = ReferenceEquals(run, _run) ? CrashUnsynchronized(kind, message) : null;
            if (change?.Crash is not { } crash)
            {
                return;
            }

            // One after another: each looks whether the crash it came for is still there.
            Task before = _recovery;
            _rest = new CancellationTokenSource();
            CancellationToken ended = _rest.Token;
            _recovery = Task.Run(async () =>
            {
                await before.ConfigureAwait(false);
                await AfterCrashAsync(crash, ended).ConfigureAwait(false);
            });
        }

        LogCrash(change);
    }

    private protected override void LeaveCrashedUnsynchronized()
    {
        // Whoever rests before the next try has nothing to try any more.
        _ = _rest?.CancelAsync();
        _rest = null;
    }

    /// <summary>Treats a crash, and tries again after a rest as long as the policy says so. Between tries it has no
    /// turn: a processor that rests can be stopped, recovered or asked at once.</summary>
    private async Task AfterCrashAsync(RemoteCrash crash, CancellationToken ended)
    {
        using var token = CancellationTokenSource.CreateLinkedTokenSource(Disposing, ended);
        try
        {
            TimeSpan? rest = await InTurnAsync(crash, TreatAsync).ConfigureAwait(false);
            for (int failures = 2; rest is { } delay; failures++)
            {
                await Task.Delay(delay, Options.TimeProvider, token.Token).ConfigureAwait(false);
                int count = failures;
                rest = await InTurnAsync(crash, (_, ending) => RetryAsync(count, ending)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody stops, recovers or disposes the processor, and does the rest.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.RecoveryFailed(Options.Logger, Name, error);
        }
    }

    /// <summary>Does a part of the treatment, unless the crash has been treated by somebody else meanwhile.</summary>
    /// <returns>How long to rest before the next part; <see langword="null"/> when it is over.</returns>
    private async ValueTask<TimeSpan?> InTurnAsync(
        RemoteCrash crash,
        Func<RemoteCrash, CancellationToken, ValueTask<TimeSpan?>> part)
    {
        using OperationTurn turn = await EnterAsync(preempts: false, Disposing).ConfigureAwait(false);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(turn.Preempted, Disposing);
        return State == RemoteProcessorState.Crashed && ReferenceEquals(crash, LastCrash)
            ? await part(crash, token.Token).ConfigureAwait(false)
            : null;
    }

    private async ValueTask<TimeSpan?> TreatAsync(RemoteCrash crash, CancellationToken cancellationToken)
    {
        if (_run is { } run)
        {
            await run.LetLinksEndAsync().ConfigureAwait(false);
        }

        using (var deadline = new Deadline(Options.StopTimeout, Options.TimeProvider, cancellationToken))
        {
            await DrainTracesAsync(deadline.Token).ConfigureAwait(false);
        }

        await TryHookAsync((hooks, token) => hooks.CrashedAsync(this, crash, token), cancellationToken)
            .ConfigureAwait(false);
        if (_firmware is null || !TryPermitRecovery(out TimeSpan delay))
        {
            // The memory stays as the crash left it, so it can be dumped now and looked at later.
            await DumpAsync(crash, cancellationToken).ConfigureAwait(false);
            GiveUp();
            return null;
        }

        await TakeDownAsync(crash, cancellationToken).ConfigureAwait(false);
        return delay > TimeSpan.Zero ? delay : await RetryAsync(1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tries to start again.</summary>
    private async ValueTask<TimeSpan?> RetryAsync(int failures, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Options.StartTimeout, Options.TimeProvider, cancellationToken);
        try
        {
            await RestartAsync(deadline.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.RecoveryFailed(Options.Logger, Name, error);
            if (!TryPermitRecovery(out TimeSpan delay))
            {
                GiveUp();
                return null;
            }

            // Also for a policy without back-off: firmware that cannot start is not tried as fast as it fails.
            TimeSpan rest = RecoveryPolicy.AfterFailures(failures);
            return delay < rest ? rest : delay;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask RecoverCoreAsync(CancellationToken cancellationToken)
    {
        if (_firmware is null)
        {
            throw new RemoteProcessorStateException($"Processor '{Name}' was attached to, not loaded here, so there is "
                + "nothing to start again. Stop it, then load firmware.");
        }

        await TakeDownAsync(LastCrash, cancellationToken).ConfigureAwait(false);

        // The start does not inherit what the dump left of its time.
        using var deadline = new Deadline(Options.StartTimeout, Options.TimeProvider, cancellationToken);
        try
        {
            await RestartAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteProcessorException($"Processor '{Name}' was taken down after its crash, but not started "
                + $"again within {Options.StartTimeout} (RemoteProcessorOptions.StartTimeout). It stays crashed.",
                error);
        }
    }

    /// <summary>Stops what crashed, and dumps its memory: in the order of Linux, after the stop and before the
    /// load.</summary>
    private async ValueTask TakeDownAsync(RemoteCrash? crash, CancellationToken cancellationToken)
    {
        if (_run is not null)
        {
            await BringDownAsync(RemoteProcessorState.Crashed).ConfigureAwait(false);
            if (_run is not null)
            {
                throw new RemoteProcessorException($"Processor '{Name}' crashed and could not be stopped, so it was "
                    + "not "
                    + "recovered; the log says why. Stop it, when that is possible.");
            }

            if (crash is not null)
            {
                await DumpAsync(crash, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask RestartAsync(CancellationToken cancellationToken)
    {
        // A try before this one may not have been stopped.
        await TakeDownAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            await BringUpAsync(cancellationToken).ConfigureAwait(false);
            Log.Recovered(Options.Logger, Name, StartCount);
        }
        catch
        {
            await BringDownAsync(RemoteProcessorState.Crashed).ConfigureAwait(false);
            throw;
        }
    }

    private void GiveUp()
    {
        Log.NotRecovered(Options.Logger, Name, Options.Recovery.MaxRecoveries);
        if (LastCrash is { } crash)
        {
            ReportLoss(crash);
        }
    }
}
