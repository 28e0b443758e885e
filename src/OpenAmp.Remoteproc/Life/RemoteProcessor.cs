// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>A remote processor: its firmware, its memory, its state, its links.</summary>
/// <remarks>
/// <para>Open to every thread. Operations take turns; a stop does not wait for the one under way, it makes it give up.
/// Each operation ends within its deadline in a state that docs/life-cycle.md names, whatever the driver, the firmware
/// and the caller's token do. No lock is held while anything is waited for.</para>
/// <para>Links belong to a run: after a restart, a crash or a stop, the endpoints of the old run end with a reason, and
/// <see cref="Rpmsg"/> gives the new run's link.</para>
/// </remarks>
[SuppressMessage("Usage", "CA2213", Justification = "A run is disposed when it ends, the token source by nobody: "
    + "who still waits for a turn looks at it.")]
public sealed partial class RemoteProcessor : IAsyncDisposable
{
    private readonly RemoteProcessorDriver _driver;
    private readonly RemoteProcessorOptions _options;
    private readonly FirmwareLoader _loader;
    private readonly VdevDriver[] _vdevDrivers;
    private readonly OperationGate _gate = new();
    private readonly StateFeed _feed = new();
    private readonly CancellationTokenSource _disposing = new();

    // Guards the state and what changes with it. Held for a few instructions, never while waiting.
    private readonly Lock _lock = new();
    private RemoteProcessorState _state;
    private volatile RemoteRun? _run;
    private RemoteCrash? _lastCrash;
    private int _crashCount;

    private LoadedFirmware? _firmware;
    private int _startCount;
    private int _disposed;

    // Ends with the disposal, which more than one may wait for.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isMemoryInUse;

    private RemoteProcessor(RemoteProcessorDriver driver, RemoteProcessorOptions options)
    {
        _driver = driver;
        _options = options;
        Memory = new MemoryMap();
        _loader = new FirmwareLoader(driver.Name, driver, Memory, options);
        _vdevDrivers = [.. options.VdevDrivers, new RpmsgVdevDriver(options.Rpmsg)];
    }

    /// <summary>Name of the processor: its driver's.</summary>
    public string Name => _driver.Name;

    /// <summary>Everything the processor sees, and what of it is taken.</summary>
    public MemoryMap Memory { get; }

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
    public int CrashCount => _crashCount;

    /// <summary>How often it was started, recoveries included.</summary>
    public int StartCount => _startCount;

    /// <summary>The firmware that is loaded, or <see langword="null"/>.</summary>
    public FirmwareImage? Image => _firmware?.Image;

    /// <summary>The resource table with everything that was allocated, or <see langword="null"/>. What the virtio
    /// devices do to the live table is not in it.</summary>
    public ResourceTable? Table => _attachedTable ?? _firmware?.Table;

    /// <summary>The virtio devices of the run, none when it does not run.</summary>
    public IReadOnlyList<RemoteVdev> Vdevs => _run?.Vdevs ?? [];

    /// <summary>The RPMsg links of the run, in table order.</summary>
    public IReadOnlyList<RpmsgLink> Links => _run?.Links ?? [];

    /// <summary>The first RPMsg link of the run.</summary>
    /// <exception cref="RemoteProcessorStateException">The processor does not run, or its firmware has no RPMsg
    /// device.</exception>
    public RpmsgLink Rpmsg => Links.Count > 0 ? Links[0] : throw new RemoteProcessorStateException(
        $"Processor '{Name}' has no RPMsg link: it is {State}, and its firmware has "
        + $"{Table?.Vdevs.Count(vdev => vdev.IsRpmsg) ?? 0} RPMsg devices. Start it, with firmware that has one.");

    /// <summary>Initialises a driver, and gives the processor to work with.</summary>
    /// <param name="driver">The driver. It belongs to the processor from now on.</param>
    /// <param name="options">How the processor is treated.</param>
    /// <param name="cancellationToken">Ends the initialising.</param>
    /// <returns>The processor: offline, or detached when it runs already. The caller disposes it.</returns>
    /// <exception cref="RemoteProcessorException">The driver cannot be initialised; it was removed.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the driver was removed.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "Without its driver it holds nothing.")]
    public static async ValueTask<RemoteProcessor> OpenAsync(
        RemoteProcessorDriver driver,
        RemoteProcessorOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(driver);
        options ??= new RemoteProcessorOptions();
        options.ThrowIfInvalid();
        var processor = new RemoteProcessor(driver, options);
        using var deadline = new Deadline(options.StartTimeout, options.TimeProvider, cancellationToken);
        try
        {
            await processor.CallAsync(
                nameof(OpenAsync), token => driver.InitializeAsync(new Port(processor), token), deadline.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await processor.RemoveAsync().ConfigureAwait(false);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new RemoteProcessorException($"Processor '{driver.Name}' was not initialised within "
                    + $"{options.StartTimeout} (RemoteProcessorOptions.StartTimeout); its driver was removed.", error);
            }

            throw;
        }

        processor._state = driver.IsRunningAlready ? RemoteProcessorState.Detached : RemoteProcessorState.Offline;
        return processor;
    }

    /// <inheritdoc cref="OpenAsync(RemoteProcessorDriver, RemoteProcessorOptions?, CancellationToken)"/>
    public static ValueTask<RemoteProcessor> OpenAsync(
        RemoteProcessorDriver driver,
        CancellationToken cancellationToken)
        => OpenAsync(driver, null, cancellationToken);

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

        await foreach (RemoteProcessorStateChange change in changes.ConfigureAwait(false))
        {
            if (change.To == state)
            {
                return;
            }
        }

        ObjectDisposedException.ThrowIf(true, this);
    }

    /// <summary>Stops the processor if it was started here, detaches from it if it was not, and removes its driver.
    /// </summary>
    /// <returns>Completes when nothing is left of it: no task, no descriptor, no mapping.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            await _disposing.CancelAsync().ConfigureAwait(false);
            using (await _gate.EnterAsync(preempts: true, CancellationToken.None).ConfigureAwait(false))
            {
                await TryEndAsync(EndRunAsync).ConfigureAwait(false);
                await TryEndAsync(ReleaseFirmwareAsync).ConfigureAwait(false);
                await RemoveAsync().ConfigureAwait(false);
                SetState(State == RemoteProcessorState.Detached
                    ? RemoteProcessorState.Detached : RemoteProcessorState.Offline);
            }

            Task recovery;
            lock (_lock)
            {
                recovery = _recovery;
            }

            await recovery.ConfigureAwait(false);
            await _dumps.ConfigureAwait(false);
        }
        finally
        {
            _feed.Complete();
            _lost.TrySetCanceled(CancellationToken.None);
            _ended.TrySetResult();
        }
    }

    private async ValueTask EndRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (State == RemoteProcessorState.Attached && Can(DriverCapabilities.AttachDetach))
            {
                await DetachCoreAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (_run is not null && Can(DriverCapabilities.StartStop))
            {
                await StopCoreAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Whatever its driver did: our side of the run ends.
            if (_run is { } run)
            {
                await FinishAsync(run, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Does a part of the end within the time of a stop. What fails is logged, and the rest is done.</summary>
    private async ValueTask TryEndAsync(Func<CancellationToken, ValueTask> part)
    {
        using var deadline = new Deadline(StopTime, _options.TimeProvider);
        try
        {
            await part(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.EndFailed(_options.Logger, Name, error);
        }
    }

    private async ValueTask RemoveAsync()
    {
        if (_isMemoryInUse)
        {
            // A leak is better than a driver that writes into memory that is no longer ours.
            Log.MemoryKept(_options.Logger, Name);
            return;
        }

        await TryEndAsync(token => CallAsync(nameof(RemoveAsync), _ => _driver.RemoveAsync(), token))
            .ConfigureAwait(false);
    }

    private bool Can(DriverCapabilities capability) => _driver.Capabilities.HasFlag(capability);

    private void SetState(RemoteProcessorState state, RemoteCrash? crash = null)
    {
        RemoteProcessorStateChange? change;
        lock (_lock)
        {
            change = SetStateUnsynchronized(state, crash);
        }

        LogChange(change);
    }

    // Not under the lock: a logger is somebody else's code.
    private void LogChange(RemoteProcessorStateChange? change)
    {
        if (change is not null)
        {
            Log.StateChanged(_options.Logger, Name, change.From, change.To);
        }
    }

    private RemoteProcessorStateChange? SetStateUnsynchronized(RemoteProcessorState state, RemoteCrash? crash = null)
    {
        if (state == _state)
        {
            return null;
        }

        var change = new RemoteProcessorStateChange(_state, state, _options.TimeProvider.GetUtcNow(), crash);
        if (_state == RemoteProcessorState.Crashed)
        {
            // Whoever rests before the next try has nothing to try any more.
            _ = _rest?.CancelAsync();
            _rest = null;
        }

        _state = state;
        _feed.Publish(change);
        return change;
    }
}
