// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>What happens after a crash.</content>
public sealed partial class RemoteProcessor
{
    private readonly Queue<DateTimeOffset> _recoveries = new();
    private Task _recovery = Task.CompletedTask;

    // Cancelled when the processor is no longer crashed.
    private CancellationTokenSource? _rest;
    private Task _dumps = Task.CompletedTask;

    /// <summary>A run says that the processor crashed: on any thread, once a run.</summary>
    private void OnCrash(RemoteRun run, CrashKind kind, string message)
    {
        RemoteProcessorStateChange? change;
        lock (_lock)
        {
            if (!ReferenceEquals(run, _run)
                || !RemoteProcessorTransitions.TryGet(_state, RemoteProcessorOperation.Crash, out _))
            {
                return;
            }

            _crashCount++;
            _lastCrash = new RemoteCrash(kind, message, _options.TimeProvider.GetUtcNow(), _crashCount);
            change = SetStateUnsynchronized(RemoteProcessorState.Crashed, _lastCrash);

            // One after another: each looks whether the crash it came for is still there.
            Task before = _recovery;
            RemoteCrash crash = _lastCrash;
            _rest = new CancellationTokenSource();
            CancellationToken ended = _rest.Token;
            _recovery = Task.Run(async () =>
            {
                await before.ConfigureAwait(false);
                await AfterCrashAsync(crash, ended).ConfigureAwait(false);
            });
        }

        Log.Crashed(_options.Logger, Name, kind, message);
        LogChange(change);
    }

    /// <summary>Treats a crash, and tries again after a rest as long as the policy says so. Between tries it has no
    /// turn: a processor that rests can be stopped, recovered or asked at once.</summary>
    private async Task AfterCrashAsync(RemoteCrash crash, CancellationToken ended)
    {
        using var token = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token, ended);
        try
        {
            TimeSpan? rest = await InTurnAsync(crash, TreatAsync).ConfigureAwait(false);
            for (int failures = 2; rest is { } delay; failures++)
            {
                await Task.Delay(delay, _options.TimeProvider, token.Token).ConfigureAwait(false);
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
            Log.RecoveryFailed(_options.Logger, Name, error);
        }
    }

    /// <summary>Does a part of the treatment, unless the crash has been treated by somebody else meanwhile.</summary>
    /// <returns>How long to rest before the next part; <see langword="null"/> when it is over.</returns>
    private async ValueTask<TimeSpan?> InTurnAsync(
        RemoteCrash crash,
        Func<RemoteCrash, CancellationToken, ValueTask<TimeSpan?>> part)
    {
        using OperationTurn turn = await _gate.EnterAsync(preempts: false, _disposing.Token).ConfigureAwait(false);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(turn.Preempted, _disposing.Token);
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

        using (var deadline = new Deadline(_options.StopTimeout, _options.TimeProvider, cancellationToken))
        {
            await DrainTracesAsync(deadline.Token).ConfigureAwait(false);
        }

        await TryHookAsync((hooks, token) => hooks.CrashedAsync(this, crash, token), cancellationToken)
            .ConfigureAwait(false);
        if (_firmware is null || !TryPermit(out TimeSpan delay))
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
        using var deadline = new Deadline(_options.StartTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            await RestartAsync(deadline.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.RecoveryFailed(_options.Logger, Name, error);
            if (!TryPermit(out TimeSpan delay))
            {
                GiveUp();
                return null;
            }

            // Also for a policy without back-off: firmware that cannot start is not tried as fast as it fails.
            TimeSpan rest = RecoveryPolicy.AfterFailures(failures);
            return delay < rest ? rest : delay;
        }
    }

    private async ValueTask RecoverCoreAsync(CancellationToken cancellationToken)
    {
        if (_firmware is null)
        {
            throw new RemoteProcessorStateException($"Processor '{Name}' was attached to, not loaded here, so there is "
                + "nothing to start again. Stop it, then load firmware.");
        }

        await TakeDownAsync(LastCrash, cancellationToken).ConfigureAwait(false);

        // The start does not inherit what the dump left of its time.
        using var deadline = new Deadline(_options.StartTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            await RestartAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteProcessorException($"Processor '{Name}' was taken down after its crash, but not started "
                + $"again within {_options.StartTimeout} (RemoteProcessorOptions.StartTimeout). It stays crashed.",
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
            Log.Recovered(_options.Logger, Name, _startCount);
        }
        catch
        {
            await BringDownAsync(RemoteProcessorState.Crashed).ConfigureAwait(false);
            throw;
        }
    }

    private bool TryPermit(out TimeSpan delay)
    {
        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        RecoveryPolicy policy = _options.Recovery;
        while (_recoveries.TryPeek(out DateTimeOffset oldest) && now - oldest > policy.Period)
        {
            _recoveries.Dequeue();
        }

        bool isPermitted = policy.TryPermit(_recoveries.Count, out delay);
        if (isPermitted && policy.Period > TimeSpan.Zero)
        {
            _recoveries.Enqueue(now);
        }

        return isPermitted;
    }
}
