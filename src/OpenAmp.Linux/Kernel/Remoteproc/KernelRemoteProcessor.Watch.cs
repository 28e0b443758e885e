// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>What the kernel does by itself, or because somebody else told it.</content>
/// <remarks>The attribute cannot be waited for: it is looked at again and again. What happened between two looks is
/// told by the kernel's log; without it, by virtio devices that are other ones than before.</remarks>
public sealed partial class KernelRemoteProcessor
{
    private static readonly TimeSpan HurryTime = TimeSpan.FromSeconds(1);

    // A kernel that logs crash after crash is looked at no longer than this at once.
    private const int MaxRounds = 64;

    // One look at a time: it follows what it sees.
    private readonly SemaphoreSlim _look = new(1, 1);
    private readonly Lock _hurryLock = new();
    private DateTimeOffset _hurryUntil;
    private Task _afterCrash = Task.CompletedTask;
    private string _runMark = "";
    private ulong _inode;
    private string _lastFailure = "";

    // Of the time since the crash was seen: when the kernel went on to offline, from which it recovers.
    private long _offlineSince;
    private bool _isKernelRecovering;

    // A crash was counted by the state, and its line in the log is still to come.
    private bool _isLineOwed;
    private bool _isStartedHookDue;

    // Volatile: looked at by operations while a look changes them.
    private volatile bool _hasRun;
    private volatile bool _isGone;
    private volatile bool _isStopping;
    private volatile bool _isRecovering;

    private async Task WatchStateAsync()
    {
        try
        {
            while (true)
            {
                await LookOnAsync(Disposing).ConfigureAwait(false);
                await Task.Delay(
                    IsHurrying ? _options.FastPollInterval : _options.PollInterval, Options.TimeProvider, Disposing)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    [SuppressMessage("Reliability", "CA1031", Justification = "Logged: the next look may see more.")]
    private async ValueTask LookOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
            CollectDump();
            _lastFailure = "";
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            if (_lastFailure != error.Message)
            {
                _lastFailure = error.Message;
                RemoteprocLog.LookFailed(Options.Logger, Name, error.Message);
            }
        }
    }

    private bool IsHurrying
    {
        get
        {
            lock (_hurryLock)
            {
                return Options.TimeProvider.GetUtcNow() < _hurryUntil || State == RemoteProcessorState.Crashed;
            }
        }
    }

    private void HurryFor(TimeSpan time)
    {
        lock (_hurryLock)
        {
            DateTimeOffset until = Options.TimeProvider.GetUtcNow() + time;
            _hurryUntil = until > _hurryUntil ? until : _hurryUntil;
        }
    }

    /// <summary>Looks at the kernel's state, and follows it.</summary>
    private async ValueTask LookAsync(bool isFirst, CancellationToken cancellationToken)
    {
        await _look.WaitAsync(cancellationToken).ConfigureAwait(false);
        bool isHookDue;
        try
        {
            string? word = null;
            for (int i = 0; i < MaxRounds; i++)
            {
                // The log after the state: a state that is older than a crash in the log is looked at again.
                word = _node.TryRead("state");
                ReadLog();
                if (!await FollowLogAsync().ConfigureAwait(false))
                {
                    break;
                }
            }

            await FollowAsync(word, isFirst, cancellationToken).ConfigureAwait(false);
            isHookDue = _isStartedHookDue;
            _isStartedHookDue = false;
        }
        finally
        {
            _look.Release();
        }

        if (isHookDue)
        {
            await TryHookAsync((hooks, token) => hooks.StartedAsync(this, token), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async ValueTask FollowAsync(string? word, bool isFirst, CancellationToken cancellationToken)
    {
        // Another processor may have got the number of one that was removed.
        ulong inode = FileStatus.ReadInode(Path.Combine(_node.Directory, "."));
        _inode = isFirst ? inode : _inode;
        if (inode != _inode || inode == 0 || _isGone)
        {
            _isGone = true;
            await GoDownAsync().ConfigureAwait(false);
            SetState(RemoteProcessorState.Offline);
            return;
        }

        RemoteProcessorState? seen = RemoteprocStates.TryParse(word ?? "", HasFirmware(word));
        switch (seen)
        {
            case RemoteProcessorState.Running or RemoteProcessorState.Attached:
                await FollowUpAsync(seen.Value, isFirst, cancellationToken).ConfigureAwait(false);
                break;
            case RemoteProcessorState.Crashed:
                await FollowCrashAsync(isFirst).ConfigureAwait(false);
                break;
            case RemoteProcessorState.Suspended:
                SetState(RemoteProcessorState.Suspended);
                break;
            case RemoteProcessorState.Detached:
                await GoDownAsync().ConfigureAwait(false);
                SetState(RemoteProcessorState.Detached);
                break;
            case { } offline:
                await FollowOfflineAsync(offline).ConfigureAwait(false);
                break;
            default:
                // "invalid", or unreadable just now: nothing is known.
                break;
        }
    }

    private bool HasFirmware(string? word)
        => word == RemoteprocStates.Offline && _node.TryRead("firmware") is { Length: > 0 } firmware
            && FirmwareSearchPath.Read(_options.Root).Find(firmware) is not null;

    private async ValueTask FollowUpAsync(
        RemoteProcessorState state,
        bool isFirst,
        CancellationToken cancellationToken)
    {
        if (State == state)
        {
            if (_log is null && _node.ReadRunMark() is { Length: > 0 } mark && mark != _runMark && _runMark.Length > 0)
            {
                await CrashAsync(
                    CrashKind.FatalError,
                    "It was started anew between two looks: a recovery after a crash, or another program's stop and "
                        + "start. The kernel's log, which could not be read, says which.").ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }

        // The kernel has logged a crash long before it runs again.
        _isLineOwed = false;
        _isStartedHookDue = State == RemoteProcessorState.Crashed;
        await GoUpAsync(state, isFirst, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FollowCrashAsync(bool isFirst)
    {
        _offlineSince = 0;
        if (isFirst)
        {
            var crash = new RemoteCrash(
                CrashKind.FatalError, "It had crashed before it was opened.", Options.TimeProvider.GetUtcNow(), 1);
            SetState(RemoteProcessorState.Crashed, crash);
            _hasRun = true;
            TreatLater(crash);
        }
        else if (State != RemoteProcessorState.Crashed)
        {
            _isLineOwed = _log is not null;
            await CrashAsync(ReportedType).ConfigureAwait(false);
        }
    }

    private async ValueTask FollowOfflineAsync(RemoteProcessorState offline)
    {
        if (State == RemoteProcessorState.Loading)
        {
            return;
        }

        if (State == RemoteProcessorState.Crashed && !_isStopping && (_isKernelRecovering || _isRecovering))
        {
            // The kernel passes through offline when it recovers, and stays there when that fails. What waits for a
            // dump to be read waits for us.
            if (_offlineSince == 0 || IsDumpPending)
            {
                _offlineSince = Options.TimeProvider.GetTimestamp();
            }

            if (_isRecovering || Options.TimeProvider.GetElapsedTime(_offlineSince) < Options.StartTimeout)
            {
                return;
            }

            RemoteprocLog.NotRecovered(Options.Logger, Name);
            ReportLoss(LastCrash!);
        }

        await GoDownAsync().ConfigureAwait(false);
        (_isStartedHere, _isAttachedHere) = (false, false);
        SetState(_hasRun && offline == RemoteProcessorState.Ready ? RemoteProcessorState.Stopped : offline);
    }

    private async ValueTask GoUpAsync(
        RemoteProcessorState state,
        bool isFirst,
        CancellationToken cancellationToken)
    {
        bool isRecovered = State == RemoteProcessorState.Crashed;
        await GoDownAsync().ConfigureAwait(false);
        _hasRun = true;
        _runMark = _node.ReadRunMark();
        ReadRunTable();
        StartTraces();
        await OpenLinksAsync(cancellationToken).ConfigureAwait(false);
        if (!isFirst && state == RemoteProcessorState.Running)
        {
            CountStart();
        }

        SetState(state);
        if (isRecovered)
        {
            RemoteprocLog.Recovered(Options.Logger, Name, StartCount);
        }
    }

    /// <summary>Ends what belongs to a run.</summary>
    private async ValueTask GoDownAsync()
    {
        await EndTracesAsync().ConfigureAwait(false);
        await CloseLinksAsync().ConfigureAwait(false);
        _runTable = null;
        _runMark = "";
    }

    private async ValueTask CrashAsync(CrashKind kind, string message)
    {
        if (State is not (RemoteProcessorState.Running or RemoteProcessorState.Attached
            or RemoteProcessorState.Suspended))
        {
            // It ran between two looks.
            CountStart();
            SetState(RemoteProcessorState.Running);
            _hasRun = true;
        }

        HurryFor(HurryTime);
        _offlineSince = 0;
        _isKernelRecovering = _node.TryReadSetting("recovery") == "enabled";
        RemoteCrash? crash = ReportCrash(kind, message);
        await GoDownAsync().ConfigureAwait(false);
        if (crash is not null)
        {
            TreatLater(crash);
        }
    }

    private void TreatLater(RemoteCrash crash)
    {
        Task before = _afterCrash;
        _afterCrash = Task.Run(async () =>
        {
            await before.ConfigureAwait(false);
            await AfterCrashAsync(crash).ConfigureAwait(false);
        });
    }

    /// <summary>Does what the policy says, unless the kernel does it.</summary>
    private async Task AfterCrashAsync(RemoteCrash crash)
    {
        try
        {
            await TryHookAsync((hooks, token) => hooks.CrashedAsync(this, crash, token), Disposing)
                .ConfigureAwait(false);
            if (_isKernelRecovering)
            {
                return;
            }

            if (_options.AppliesSettings && TryPermitRecovery(out TimeSpan delay))
            {
                await Task.Delay(delay, Options.TimeProvider, Disposing).ConfigureAwait(false);
                if (State == RemoteProcessorState.Crashed && ReferenceEquals(crash, LastCrash))
                {
                    await RecoverAsync(Disposing).ConfigureAwait(false);
                }

                return;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (RemoteProcessorStateException)
        {
            // Somebody was faster.
            return;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.RecoveryFailed(Options.Logger, Name, error);
        }

        RemoteprocLog.NotRecovered(Options.Logger, Name);
        ReportLoss(crash);
    }
}
