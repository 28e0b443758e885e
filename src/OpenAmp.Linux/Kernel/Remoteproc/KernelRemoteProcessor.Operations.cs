// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>What the kernel is told.</content>
public sealed partial class KernelRemoteProcessor
{
    private const string Start = "start";
    private const string Stop = "stop";
    private const string Detach = "detach";
    private const string Recover = "recover";

    // How long the kernel may show the old state after it has done what it was told.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);

    // A write that the kernel has not finished when we gave up.
    private Task<KernelStoreResult>? _stuck;
    private string _stuckWhat = "";

    private bool IsStuck => _stuck is { IsCompleted: false };

    /// <inheritdoc/>
    /// <remarks>A firmware that was set before, or that the kernel finds where we do not look, can be started without
    /// being loaded here.</remarks>
    protected override bool IsLegal(RemoteProcessorState state, RemoteProcessorOperation operation)
        => (state == RemoteProcessorState.Offline && operation == RemoteProcessorOperation.Start)
            || base.IsLegal(state, operation);

    /// <inheritdoc/>
    protected override string LateAdvice
        => IsStuck ? $"The kernel still works on {_stuckWhat}: a thread waits there, and operations are refused until "
            + "it is done." : base.LateAdvice;

    /// <inheritdoc/>
    protected override async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        if (IsStuck)
        {
            // What is just about to end is waited for.
            _ = await Task.WhenAny(_stuck!, Task.Delay(_options.PollInterval, Options.TimeProvider, cancellationToken))
                .ConfigureAwait(false);
        }

        if (IsStuck)
        {
            throw new KernelRemoteprocException($"Processor '{Name}' does nothing new: the kernel still works on "
                + $"{_stuckWhat}, which was given up. Does the processor answer its driver? See dmesg.");
        }

        await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
        if (_isGone)
        {
            throw Removed();
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask LoadCoreAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        RemoteProcessorState before = State;
        SetState(RemoteProcessorState.Loading);
        try
        {
            FirmwareStore trusted = await VerifyAsync(store, cancellationToken).ConfigureAwait(false);
            FirmwareImage? image = _options.ChecksFirmware
                ? await KernelFirmwareCheck.CheckAsync(
                    trusted,
                    _node.HasIommu,
                    finding => RemoteprocLog.FirmwareDoubtful(Options.Logger, Name, finding),
                    cancellationToken).ConfigureAwait(false)
                : await KernelFirmwareCheck.TryReadAsync(trusted, cancellationToken).ConfigureAwait(false);
            FirmwarePlace place = await new FirmwareFolder(_options.Root, _options.FirmwareDirectory, Name)
                .PlaceAsync(trusted, cancellationToken).ConfigureAwait(false);
            await SetFirmwareAsync(place, cancellationToken).ConfigureAwait(false);
            _image = image;
            _hasRun = false;
            before = RemoteProcessorState.Ready;
            RemoteprocLog.Placed(Options.Logger, Name, place.Name, place.Path);
            await trusted.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // Unless another program has started it meanwhile.
            if (State == RemoteProcessorState.Loading)
            {
                SetState(before);
            }
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StartCoreAsync(CancellationToken cancellationToken)
    {
        await ApplySettingsAsync(isOurRun: true, cancellationToken).ConfigureAwait(false);
        await HookAsync((hooks, token) => hooks.PrepareAsync(this, token), cancellationToken).ConfigureAwait(false);
        await TellAsync(Start, Stop, cancellationToken).ConfigureAwait(false);
        _isStartedHere = true;
        await ComeUpAsync(RemoteProcessorState.Running, Stop, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async ValueTask<StopOutcome> StopCoreAsync(CancellationToken cancellationToken)
    {
        if (State is RemoteProcessorState.Offline or RemoteProcessorState.Ready or RemoteProcessorState.Stopped)
        {
            return StopOutcome.NotRunning;
        }

        if (State != RemoteProcessorState.Crashed)
        {
            await TryHookAsync((hooks, token) => hooks.StoppingAsync(this, token), cancellationToken)
                .ConfigureAwait(false);
            await DrainTracesAsync().ConfigureAwait(false);
        }

        _isStopping = true;
        try
        {
            await TellAsync(Stop, null, cancellationToken).ConfigureAwait(false);
            await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _isStopping = false;
        }

        if (State is RemoteProcessorState.Running or RemoteProcessorState.Attached)
        {
            throw new KernelRemoteprocException($"Processor '{Name}' took the stop and still runs: the kernel counts "
                + "starts, and another program has started it too. It stops when that one stops it, or when this one "
                + "asks once more.");
        }

        (_isStartedHere, _isAttachedHere) = (false, false);
        await TryHookAsync((hooks, token) => hooks.StoppedAsync(this, token), cancellationToken).ConfigureAwait(false);
        return StopOutcome.Stopped;
    }

    /// <inheritdoc/>
    /// <remarks>The kernel is told the firmware that it had before, and what was copied for it is removed.</remarks>
    protected override async ValueTask ShutdownCoreAsync(CancellationToken cancellationToken)
    {
        if (_firmwareBefore is { Length: > 0 } before)
        {
            await WriteAsync(_node.Attribute("firmware"), before, cancellationToken).ConfigureAwait(false);
        }

        if (_place is { } place)
        {
            FirmwareFolder.Remove(place);
        }

        (_place, _firmwareBefore, _image) = (null, null, null);
        _hasRun = false;
        SetState(RemoteProcessorState.Offline);
    }

    /// <inheritdoc/>
    protected override async ValueTask AttachCoreAsync(CancellationToken cancellationToken)
    {
        await ApplySettingsAsync(isOurRun: true, cancellationToken).ConfigureAwait(false);
        await TellAsync(Start, Detach, cancellationToken).ConfigureAwait(false);
        _isAttachedHere = true;
        await ComeUpAsync(RemoteProcessorState.Attached, Detach, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async ValueTask DetachCoreAsync(CancellationToken cancellationToken)
    {
        await TryHookAsync((hooks, token) => hooks.StoppingAsync(this, token), cancellationToken).ConfigureAwait(false);
        await TellAsync(Detach, null, cancellationToken).ConfigureAwait(false);
        _isAttachedHere = false;
        await SettleAsync(RemoteProcessorState.Detached, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>With an inline dump the kernel waits in the middle of it until the dump is read, which is done
    /// meanwhile.</remarks>
    protected override async ValueTask RecoverCoreAsync(CancellationToken cancellationToken)
    {
        _isRecovering = true;
        HurryFor(Options.StartTimeout);
        try
        {
            (int mark, int starts) = (LogMark, StartCount);
            string path = _node.FindSetting("recovery") ?? _node.Attribute("recovery");
            await WriteAsync(path, Recover, cancellationToken).ConfigureAwait(false);
            await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
            if (StartCount == starts && State is not (RemoteProcessorState.Running or RemoteProcessorState.Attached))
            {
                // The kernel has no error for a recovery that fails: it is found offline.
                throw new KernelRemoteprocException($"Processor '{Name}' was not recovered: the kernel shows it "
                    + $"{_node.TryRead("state")}. Its log says: {string.Join(" | ", LogSince(mark))}");
            }
        }
        finally
        {
            _isRecovering = false;
        }
    }

    /// <summary>Waits until the run is up, and tells the hooks. A start that fails or is given up leaves nothing
    /// running.</summary>
    private async ValueTask ComeUpAsync(
        RemoteProcessorState state,
        string undo,
        CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(state, cancellationToken).ConfigureAwait(false);
            await HookAsync((hooks, token) => hooks.StartedAsync(this, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            (_isStartedHere, _isAttachedHere) = (false, false);
            using var deadline = new CancellationTokenSource(Options.StopTimeout, Options.TimeProvider);
            await TryUndoAsync(undo, deadline.Token).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask TryUndoAsync(string undo, CancellationToken cancellationToken)
    {
        _isStopping = true;
        try
        {
            await TellAsync(undo, null, cancellationToken).ConfigureAwait(false);
            await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.EndFailed(Options.Logger, Name, error);
        }
        finally
        {
            _isStopping = false;
        }
    }

    /// <summary>Tells the kernel a word, and then waits until the state is what it leads to.</summary>
    private async ValueTask SettleAsync(RemoteProcessorState state, CancellationToken cancellationToken)
    {
        long begun = Options.TimeProvider.GetTimestamp();
        while (true)
        {
            await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
            if (State == state)
            {
                return;
            }

            if (Options.TimeProvider.GetElapsedTime(begun) > SettleTime)
            {
                throw new KernelRemoteprocException($"Processor '{Name}' was to be {state}; the kernel took that, and "
                    + $"shows it {_node.TryRead("state")}, so it is {State}. Did it crash, or did another program stop "
                    + "it? See dmesg.");
            }

            await Task.Delay(_options.FastPollInterval, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a word into the attribute <c>state</c>; or, when that may not be written, into the character
    /// device. That takes the beginning of a word for the word, so it gets whole ones, in one write.</summary>
    /// <param name="word">The word.</param>
    /// <param name="undo">What undoes it, should it be given up and done all the same; <see langword="null"/> for
    /// nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async ValueTask TellAsync(string word, string? undo, CancellationToken cancellationToken)
    {
        string path = _node.Attribute("state");
        int mark = LogMark;
        KernelStoreResult result = await StoreAsync(path, word, undo, cancellationToken).ConfigureAwait(false);
        if (result.IsDenied && result.Call == "open" && File.Exists(_node.CharacterDevice))
        {
            KernelStoreResult device = await StoreAsync(_node.CharacterDevice, word, undo, cancellationToken)
                .ConfigureAwait(false);
            (path, result) = device.IsDenied ? (path, result) : (_node.CharacterDevice, device);
        }

        ThrowUnlessTaken(path, word, result, mark);
    }

    private async ValueTask WriteAsync(string path, string word, CancellationToken cancellationToken)
    {
        int mark = LogMark;
        KernelStoreResult result = await StoreAsync(path, word, null, cancellationToken).ConfigureAwait(false);
        ThrowUnlessTaken(path, word, result, mark);
    }

    private void ThrowUnlessTaken(string path, string word, KernelStoreResult result, int mark)
    {
        if (result.Errno != 0 || result.WrittenBytes != System.Text.Encoding.UTF8.GetByteCount(word))
        {
            throw RemoteprocAdvice.Failed(
                Name, word, path, _node.TryRead("state") ?? "unreadable", result, LogSince(mark));
        }
    }

    private async ValueTask<KernelStoreResult> StoreAsync(
        string path,
        string word,
        string? undo,
        CancellationToken cancellationToken)
    {
        HurryFor(HurryTime);
        Task<KernelStoreResult> write = KernelCalls.StoreAsync(_options.Store, path, word);
        try
        {
            return await write.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!write.IsCompleted)
        {
            (_stuck, _stuckWhat) = (UndoAsync(write, path, undo), $"'{word}' in {path}");
            throw;
        }
        finally
        {
            HurryFor(HurryTime);
        }
    }

    /// <summary>Undoes what was given up, when the kernel has done it after all.</summary>
    private async Task<KernelStoreResult> UndoAsync(Task<KernelStoreResult> write, string path, string? undo)
    {
        KernelStoreResult result = await write.ConfigureAwait(false);
        HurryFor(HurryTime);
        return undo is null || result.Errno != 0 || _options.LeavesRunning
            ? result
            : await KernelCalls.StoreAsync(_options.Store, path, undo).ConfigureAwait(false);
    }

    private async ValueTask SetFirmwareAsync(FirmwarePlace place, CancellationToken cancellationToken)
    {
        string before = _node.TryRead("firmware") ?? "";
        try
        {
            if (before != place.Name)
            {
                await WriteAsync(_node.Attribute("firmware"), place.Name, cancellationToken).ConfigureAwait(false);
            }
        }
        catch when (place != _place)
        {
            FirmwareFolder.Remove(place);
            throw;
        }

        if (_place is { } old && old.Path != place.Path)
        {
            FirmwareFolder.Remove(old);
        }

        _firmwareBefore ??= before;
        _place = place;
    }

    private async ValueTask<FirmwareStore> VerifyAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        if (Options.Verifier is not { } verifier)
        {
            return store;
        }

        byte[] file = new byte[store.LengthBytes];
        await store.ReadAsync(0, file, cancellationToken).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        FirmwareVerification verification = verifier.VerifyInPlace(file);

        // The kernel finds the table by the section headers: all of the file is obeyed.
        return verification is { Images.Count: 1, IsWholeImageSigned: true }
            ? FirmwareStore.FromMemory(verification.Image, store.Name)
            : throw new FirmwareException($"The signature of '{store.Name}' covers {verification.Images.Count} images, "
                + $"{(verification.IsWholeImageSigned ? "whole" : "their segments only")}; the kernel loads one, and "
                + "uses the whole file. Sign each with 'openamp firmware sign'.");
    }
}
