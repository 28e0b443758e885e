// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>The state, who watches it, and waiting for what comes next.</content>
public abstract partial class RemoteProcessor
{
    private readonly StateFeed _feed = new();

    // Guards the state and what changes with it. Held for a few instructions, never while waiting.
    private readonly Lock _lock = new();
    private RemoteProcessorState _state;
    private RemoteCrash? _lastCrash;
    private int _crashCount;
    private int _startCount;
    private long _changeCount;
    private readonly Queue<DateTimeOffset> _recoveries = new();
    private TaskCompletionSource<RemoteCrash> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The state it is in. It may have changed by the time it is looked at: wait with
    /// <see cref="WaitForStateAsync"/>.</summary>
    public RemoteProcessorState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>The last crash, or <see langword="null"/>.</summary>
    public RemoteCrash? LastCrash
    {
        get
        {
            lock (_lock)
            {
                return _lastCrash;
            }
        }
    }

    /// <summary>How often it has crashed.</summary>
    public int CrashCount
    {
        get
        {
            lock (_lock)
            {
                return _crashCount;
            }
        }
    }

    /// <summary>How often it was started, recoveries included.</summary>
    public int StartCount
    {
        get
        {
            lock (_lock)
            {
                return _startCount;
            }
        }
    }

    /// <summary>How often its state has changed. Whoever has seen the change of this
    /// <see cref="RemoteProcessorStateChange.Number"/> knows all that has happened so far.</summary>
    public long ChangeCount
    {
        get
        {
            lock (_lock)
            {
                return _changeCount;
            }
        }
    }

    /// <summary>Watches the state from now on.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>Each change, in order, until the processor is disposed. Who does not look for 1024 changes misses the
    /// oldest.</returns>
    public IAsyncEnumerable<RemoteProcessorStateChange> WatchAsync(CancellationToken cancellationToken)
        => _feed.Watch(cancellationToken);

    /// <summary>Waits until the processor is in a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when it is, or has been meanwhile.</returns>
    /// <exception cref="ObjectDisposedException">The processor was disposed first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask WaitForStateAsync(RemoteProcessorState state, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerable<RemoteProcessorStateChange> changes = _feed.Watch(ended.Token);
        if (State == state)
        {
            await ended.CancelAsync().ConfigureAwait(false);
            return;
        }

        _ = await FindAsync(changes, state).ConfigureAwait(false);
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

    /// <summary>Says that the processor is in a state, and tells everyone who watches. Any thread.</summary>
    /// <param name="state">The state.</param>
    /// <param name="crash">The crash that led to it: becomes the last one, and its number the count of crashes.</param>
    /// <returns><see langword="false"/> when it was in that state already: nobody is told.</returns>
    protected bool SetState(RemoteProcessorState state, RemoteCrash? crash = null)
    {
        RemoteProcessorStateChange? change;
        lock (_lock)
        {
            if (crash is not null)
            {
                _lastCrash = crash;
                _crashCount = crash.Number;
            }

            change = SetStateUnsynchronized(state, crash);
        }

        LogChange(change);
        return change is not null;
    }

    /// <summary>Says that the processor crashed: counts the crash, and the state becomes Crashed. Any thread.</summary>
    /// <param name="kind">How it failed.</param>
    /// <param name="message">What happened, for people.</param>
    /// <returns>The crash; <see langword="null"/> when the processor is in no state that it can crash in: nothing
    /// changes.</returns>
    protected RemoteCrash? ReportCrash(CrashKind kind, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        RemoteProcessorStateChange? change;
        lock (_lock)
        {
            change = CrashUnsynchronized(kind, message);
        }

        LogCrash(change);
        return change?.Crash;
    }

    /// <summary>Says that nobody will recover the processor from a crash: completes
    /// <see cref="WaitForLossAsync"/>.</summary>
    /// <param name="crash">The crash.</param>
    protected void ReportLoss(RemoteCrash crash)
    {
        ArgumentNullException.ThrowIfNull(crash);
        lock (_lock)
        {
            _lost.TrySetResult(crash);
        }
    }

    /// <summary>Asks <see cref="RemoteProcessorOptions.Recovery"/> whether the processor may be recovered once more,
    /// and counts the recovery if it may. One thread at a time.</summary>
    /// <param name="delay">How long to wait before.</param>
    /// <returns><see langword="false"/> when the period has had its recoveries.</returns>
    protected bool TryPermitRecovery(out TimeSpan delay)
    {
        DateTimeOffset now = Options.TimeProvider.GetUtcNow();
        RecoveryPolicy policy = Options.Recovery;
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

    /// <summary>Counts a start.</summary>
    protected void CountStart()
    {
        lock (_lock)
        {
            CountStartUnsynchronized();
        }
    }

    /// <summary>Takes over what was counted elsewhere, before anybody watches.</summary>
    /// <param name="startCount">How often it was started.</param>
    /// <param name="crashCount">How often it crashed.</param>
    /// <param name="lastCrash">The last crash, or <see langword="null"/>.</param>
    protected void SetCounts(int startCount, int crashCount, RemoteCrash? lastCrash)
    {
        lock (_lock)
        {
            _startCount = startCount;
            _crashCount = crashCount;
            _lastCrash = lastCrash;
        }
    }

    /// <summary>Guards the state, for who changes more than that with it.</summary>
    private protected Lock StateLock => _lock;

    private protected RemoteProcessorState StateUnsynchronized => _state;

    private protected void CountStartUnsynchronized() => _startCount++;

    private protected RemoteProcessorStateChange? CrashUnsynchronized(CrashKind kind, string message)
        => RemoteProcessorTransitions.TryGet(_state, RemoteProcessorOperation.Crash, out _)
            ? CountCrashUnsynchronized(kind, message)
            : null;

    /// <summary>A crash from whatever state.</summary>
    private protected RemoteProcessorStateChange? CountCrashUnsynchronized(CrashKind kind, string message)
    {
        _crashCount++;
        _lastCrash = new RemoteCrash(kind, message, Options.TimeProvider.GetUtcNow(), _crashCount);
        return SetStateUnsynchronized(RemoteProcessorState.Crashed, _lastCrash);
    }

    private protected RemoteProcessorStateChange? SetStateUnsynchronized(
        RemoteProcessorState state,
        RemoteCrash? crash = null)
    {
        if (state == _state)
        {
            return null;
        }

        var change = new RemoteProcessorStateChange(_state, state, Options.TimeProvider.GetUtcNow(), crash)
        {
            Number = ++_changeCount,
        };
        if (_state == RemoteProcessorState.Crashed)
        {
            LeaveCrashedUnsynchronized();
        }

        _state = state;
        _feed.Publish(change);
        return change;
    }

    /// <summary>The processor is about to be crashed no longer. The lock is held.</summary>
    private protected virtual void LeaveCrashedUnsynchronized()
    {
    }

    // Not under the lock: a logger is somebody else's code.
    private protected void LogChange(RemoteProcessorStateChange? change)
    {
        if (change is not null)
        {
            Log.StateChanged(Options.Logger, Name, change.From, change.To);
        }
    }

    private protected void LogCrash(RemoteProcessorStateChange? change)
    {
        if (change?.Crash is { } crash)
        {
            Log.Crashed(Options.Logger, Name, crash.Kind, crash.Message);
            LogChange(change);
        }
    }

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

    private void EndWaits()
    {
        _feed.Complete();
        lock (_lock)
        {
            _lost.TrySetCanceled(CancellationToken.None);
        }
    }
}
