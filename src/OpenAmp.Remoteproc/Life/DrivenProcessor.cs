// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>A processor that a driver of ours runs: its firmware is loaded, and its virtio devices are driven,
/// here.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "A run is disposed when it ends.")]
internal sealed partial class DrivenProcessor : RemoteProcessor
{
    private readonly RemoteProcessorDriver _driver;
    private readonly FirmwareLoader _loader;
    private readonly VdevDriver[] _vdevDrivers;
    private volatile RemoteRun? _run;
    private LoadedFirmware? _firmware;
    private bool _isMemoryInUse;

    private DrivenProcessor(RemoteProcessorDriver driver, RemoteProcessorOptions options)
        : base(driver.Name, options)
    {
        _driver = driver;
        _loader = new FirmwareLoader(driver.Name, driver, Memory, options);
        _vdevDrivers = [.. options.VdevDrivers, new RpmsgVdevDriver(options.Rpmsg)];
    }

    /// <inheritdoc/>
    public override DriverCapabilities Capabilities => _driver.Capabilities;

    /// <inheritdoc/>
    public override FirmwareImage? Image => _firmware?.Image;

    /// <inheritdoc/>
    public override ResourceTable? Table => _attachedTable ?? _firmware?.Table;

    /// <inheritdoc/>
    public override IReadOnlyList<RemoteVdev> Vdevs => _run?.Vdevs ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<RpmsgLink> Links => _run?.Links ?? [];

    /// <inheritdoc cref="RemoteProcessor.OpenAsync(RemoteProcessorDriver, RemoteProcessorOptions?,
    /// CancellationToken)"/>
    [SuppressMessage("Reliability", "CA2000", Justification = "Without its driver it holds nothing.")]
    public static async ValueTask<RemoteProcessor> CreateAsync(
        RemoteProcessorDriver driver,
        RemoteProcessorOptions options,
        CancellationToken cancellationToken)
    {
        var processor = new DrivenProcessor(driver, options);
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

        if (driver.IsRunningAlready)
        {
            processor.SetState(RemoteProcessorState.Detached);
        }

        return processor;
    }

    /// <inheritdoc/>
    protected override async ValueTask EndCoreAsync()
    {
        await TryEndAsync(EndRunAsync).ConfigureAwait(false);
        await TryEndAsync(ReleaseFirmwareAsync).ConfigureAwait(false);
        await RemoveAsync().ConfigureAwait(false);
        SetState(State == RemoteProcessorState.Detached
            ? RemoteProcessorState.Detached : RemoteProcessorState.Offline);
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseCoreAsync()
    {
        Task recovery;
        lock (StateLock)
        {
            recovery = _recovery;
        }

        await recovery.ConfigureAwait(false);
        await _dumps.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnAbandoned(string message)
        => _run?.ReportCrash(CrashKind.Unresponsive, message);

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
        using var deadline = new Deadline(StopTime, Options.TimeProvider);
        try
        {
            await part(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.EndFailed(Options.Logger, Name, error);
        }
    }

    private async ValueTask RemoveAsync()
    {
        if (_isMemoryInUse)
        {
            // A leak is better than a driver that writes into memory that is no longer ours.
            Log.MemoryKept(Options.Logger, Name);
            return;
        }

        await TryEndAsync(token => CallAsync(nameof(RemoveAsync), _ => _driver.RemoveAsync(), token))
            .ConfigureAwait(false);
    }

    private bool Can(DriverCapabilities capability) => _driver.Capabilities.HasFlag(capability);
}
