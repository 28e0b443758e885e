// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <content>How each operation is done. Called in turn; each leaves a state that docs/life-cycle.md names.</content>
internal sealed partial class DrivenProcessor
{
    private ResourceTable? _attachedTable;
    private byte[]? _tableBefore;
    private SharedRegion _tablePlace;
    private ResourceAllocation? _attachedAllocation;

    /// <inheritdoc/>
    protected override async ValueTask LoadCoreAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        RemoteProcessorState before = State;
        SetState(RemoteProcessorState.Loading);
        try
        {
            // Bad firmware is refused here, and what was loaded before stays.
            CheckedFirmware firmware = await _loader.CheckAsync(store, cancellationToken).ConfigureAwait(false);
            before = RemoteProcessorState.Offline;
            await ReleaseFirmwareAsync(cancellationToken).ConfigureAwait(false);
            LoadedFirmware? loaded = null;
            try
            {
                await CallAsync(
                    nameof(LoadAsync),
                    async token => loaded = await _loader.LoadAsync(firmware, token).ConfigureAwait(false),
                    cancellationToken).ConfigureAwait(false);
            }
            catch when (loaded is not null)
            {
                // It was loaded as the token ended: nobody wants it any more.
                _firmware = loaded;
                await TryEndAsync(ReleaseFirmwareAsync).ConfigureAwait(false);
                throw;
            }

            _firmware = loaded!;
            before = RemoteProcessorState.Ready;
            Log.Loaded(Options.Logger, Name, store.Name, loaded!.Image.FormatName, store.LengthBytes);
        }
        finally
        {
            SetState(before);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ShutdownCoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReleaseFirmwareAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whatever the driver did, the firmware is gone.
            SetState(RemoteProcessorState.Offline);
        }
    }

    private async ValueTask ReleaseFirmwareAsync(CancellationToken cancellationToken)
    {
        if (_firmware is not { } firmware)
        {
            return;
        }

        _firmware = null;
        try
        {
            await CallAsync(nameof(ShutdownAsync), _driver.ShutdownAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await firmware.ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StartCoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BringUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await BringDownAsync(RemoteProcessorState.Stopped).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Loads memory again if it must, starts the remote, then its devices: the order of rproc_start.</summary>
    private async ValueTask BringUpAsync(CancellationToken cancellationToken)
    {
        LoadedFirmware firmware = _firmware!;
        if (!firmware.IsFresh)
        {
            await CallAsync(nameof(LoadAsync), token => _loader.ReloadAsync(firmware, token), cancellationToken)
                .ConfigureAwait(false);
        }

        firmware.IsFresh = false;
        await HookAsync((hooks, token) => hooks.PrepareAsync(this, token), cancellationToken).ConfigureAwait(false);
        RemoteRun run = NewRun();
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Crashed);
        try
        {
            if (firmware.LiveTable is { } table)
            {
                run.AddVdevs(_driver, table, firmware.Allocation.Vdevs);
            }

            run.Traces.Clear(Traces);
            run.Traces.Start(Traces, Options.TraceSinks);
            RemoteStart start = Describe(firmware);
            await CallAsync(nameof(StartAsync), ended => _driver.StartAsync(start, ended), token.Token)
                .ConfigureAwait(false);
            await GoUpAsync(run, RemoteProcessorState.Running, token.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Crash is not null)
        {
            throw CrashedWhileStarting(run);
        }
    }

    private RemoteRun NewRun()
    {
        var run = new RemoteRun(Name, NewTraces(), Options, OnCrash);
        _run = run;
        return run;
    }

    private async ValueTask GoUpAsync(RemoteRun run, RemoteProcessorState state, CancellationToken cancellationToken)
    {
        await run.StartVdevsAsync(_vdevDrivers, cancellationToken).ConfigureAwait(false);
        StartWatches(run);
        await HookAsync((hooks, token) => hooks.StartedAsync(this, token), cancellationToken).ConfigureAwait(false);
        RemoteProcessorStateChange? change;
        lock (StateLock)
        {
            if (!run.TryGoUp())
            {
                throw CrashedWhileStarting(run);
            }

            if (state == RemoteProcessorState.Running)
            {
                CountStartUnsynchronized();
            }

            change = SetStateUnsynchronized(state);
        }

        LogChange(change);
    }

    private RemoteProcessorException CrashedWhileStarting(RemoteRun run)
        => new($"Processor '{Name}' crashed while it was started: {run.Crash?.Message} It was stopped; look at its "
            + "trace "
            + "and its driver's log.");

    private RemoteStart Describe(LoadedFirmware firmware)
        => new()
        {
            Image = firmware.Image,
            Store = firmware.Store,
            Table = firmware.Table,
            TableAddress = firmware.LiveTable?.Address,
            Memory = Memory,
            Carveouts = firmware.Allocation.Taken,
            PreviousStarts = StartCount,
        };

    /// <summary>Undoes a start or a run without asking anyone: whatever happened, the processor stands still
    /// afterwards.
    /// </summary>
    private async ValueTask BringDownAsync(RemoteProcessorState state)
    {
        if (_run is { } run)
        {
            using var deadline = new Deadline(StopTime, Options.TimeProvider);
            try
            {
                await run.StopVdevsAsync(deadline.Token).ConfigureAwait(false);
                await CallAsync(nameof(StopAsync), _driver.StopAsync, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Log.StopFailed(Options.Logger, Name, error);
                SetUnresponsive(error);
                return;
            }

            await FinishAsync(run, deadline.Token).ConfigureAwait(false);
        }

        SetState(state);
    }

    /// <inheritdoc/>
    protected override async ValueTask<StopOutcome> StopCoreAsync(CancellationToken cancellationToken)
    {
        if (_run is not { } run)
        {
            // Nothing runs. A crash that recovery has taken down already ends here.
            if (State == RemoteProcessorState.Crashed)
            {
                SetState(AfterStop);
            }

            return StopOutcome.NotRunning;
        }

        bool wasCrashed = State == RemoteProcessorState.Crashed;
        StopOutcome outcome = StopOutcome.Stopped;
        try
        {
            if (!wasCrashed)
            {
                await TryHookAsync((hooks, token) => hooks.StoppingAsync(this, token), cancellationToken)
                    .ConfigureAwait(false);
                run.GoDown();
                outcome = run.Crash is null
                    ? await AskToEndAsync(run, cancellationToken).ConfigureAwait(false) : StopOutcome.Stopped;
            }

            await run.StopVdevsAsync(cancellationToken).ConfigureAwait(false);
            await CallAsync(nameof(StopAsync), _driver.StopAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SetUnresponsive(error);
            throw;
        }

        await FinishAsync(run, cancellationToken).ConfigureAwait(false);
        await TryHookAsync((hooks, token) => hooks.StoppedAsync(this, token), cancellationToken).ConfigureAwait(false);
        SetState(AfterStop);
        return outcome;
    }

    /// <summary>It was not stopped: nobody knows what it does, so it counts as crashed. Nothing is tried by itself:
    /// whoever wanted it stopped knows.</summary>
    private void SetUnresponsive(Exception error)
    {
        RemoteProcessorStateChange? change = null;
        lock (StateLock)
        {
            if (StateUnsynchronized != RemoteProcessorState.Crashed)
            {
                change = CountCrashUnsynchronized(
                    CrashKind.Unresponsive, $"It was not stopped: {error.Message}");
            }
        }

        LogChange(change);
    }

    // Without firmware of our own there is nothing to start again.
    private RemoteProcessorState AfterStop
        => _firmware is null ? RemoteProcessorState.Offline : RemoteProcessorState.Stopped;

    private async ValueTask FinishAsync(RemoteRun run, CancellationToken cancellationToken)
    {
        try
        {
            await DrainTracesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _run = null;
            await run.DisposeAsync().ConfigureAwait(false);
            _isMemoryInUse |= run.IsAbandoned;
            _attachedAllocation?.Free();
            _attachedAllocation = null;
            _attachedTable = null;
            _tableBefore = null;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask SuspendCoreAsync(CancellationToken cancellationToken)
    {
        _run!.IsSuspended = true;
        try
        {
            await CallAsync(nameof(SuspendAsync), _driver.SuspendAsync, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _run!.IsSuspended = false;
            throw;
        }

        SetStateUnlessCrashed(RemoteProcessorState.Suspended);
    }

    /// <inheritdoc/>
    protected override async ValueTask ResumeCoreAsync(CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ResumeAsync), _driver.ResumeAsync, cancellationToken).ConfigureAwait(false);
        _run!.IsSuspended = false;
        SetStateUnlessCrashed(RemoteProcessorState.Running);
    }

    private void SetStateUnlessCrashed(RemoteProcessorState state)
    {
        RemoteProcessorStateChange? change = null;
        lock (StateLock)
        {
            if (StateUnsynchronized != RemoteProcessorState.Crashed)
            {
                change = SetStateUnsynchronized(state);
            }
        }

        LogChange(change);
    }

    /// <inheritdoc/>
    protected override async ValueTask AttachCoreAsync(CancellationToken cancellationToken)
    {
        RemoteRun run = NewRun();
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Crashed);
        try
        {
            SharedRegion? place = null;
            await CallAsync(
                nameof(AttachAsync),
                async ended => place = await _driver.AttachAsync(ended).ConfigureAwait(false),
                token.Token).ConfigureAwait(false);
            if (place is { } table)
            {
                ReadAttachedTable(table);
                run.AddVdevs(_driver, table, _attachedAllocation!.Vdevs);
                run.Traces.Start(Traces, Options.TraceSinks);
            }

            await GoUpAsync(run, RemoteProcessorState.Attached, token.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            string? crash = run.Crash?.Message;
            await LeaveAsync(run).ConfigureAwait(false);
            if (crash is not null && error is OperationCanceledException)
            {
                throw new RemoteProcessorException($"Processor '{Name}' crashed while we attached to it: "
                    + $"{crash}", error);
            }

            throw;
        }
    }

    private void ReadAttachedTable(SharedRegion place)
    {
        try
        {
            ResourceTable table = LiveTable.Read(place);
            _tableBefore = table.Bytes.ToArray();
            _tablePlace = place;
            _attachedAllocation = new ResourceAllocator(Name, _driver, Memory, Options).Allocate(table, [], place);
            _attachedTable = table;

            // Notify ids and buffers that were ours to choose; its addresses and status stay as the remote has them.
            LiveTable.Write(table, place);
        }
        catch (ResourceTableException error)
        {
            throw new FirmwareException(
                $"The live resource table of processor '{Name}' is malformed: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask DetachCoreAsync(CancellationToken cancellationToken)
    {
        if (_run is not { } run || _firmware is not null)
        {
            throw RemoteProcessorStateException.NotAttached(Name, State);
        }

        await TryHookAsync((hooks, token) => hooks.StoppingAsync(this, token), cancellationToken).ConfigureAwait(false);
        await run.StopVdevsAsync(cancellationToken).ConfigureAwait(false);
        RestoreTable();
        try
        {
            await CallAsync(nameof(DetachAsync), _driver.DetachAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await FinishAsync(run, cancellationToken).ConfigureAwait(false);
            SetState(RemoteProcessorState.Detached);
        }
    }

    /// <summary>Puts back what was there before a failed attach, and lets the processor be.</summary>
    private async ValueTask LeaveAsync(RemoteRun run)
    {
        using var deadline = new Deadline(StopTime, Options.TimeProvider);
        await run.StopVdevsAsync(deadline.Token).ConfigureAwait(false);
        RestoreTable();
        try
        {
            await CallAsync(nameof(DetachAsync), _driver.DetachAsync, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.StopFailed(Options.Logger, Name, error);
        }

        await FinishAsync(run, deadline.Token).ConfigureAwait(false);
        SetState(RemoteProcessorState.Detached);
    }

    // As Linux does on detach: whoever attaches next finds the table as we found it.
    private unsafe void RestoreTable()
    {
        if (_tableBefore is { } before)
        {
            _ = ResourceTableWriter.TryPublish(before, _tablePlace);
            _tableBefore = null;
        }
    }
}
