// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>One run of a processor, from its start or attach to its stop: its devices, their drivers, and whoever
/// watches that it lives.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "A late report may still be on its way to the token sources, which "
    + "hold nothing of the system.")]
internal sealed class RemoteRun : IAsyncDisposable
{
    // A link that has not ended by then hangs in a handler of the program's, and is disposed as it is.
    private static readonly TimeSpan LinkEndTime = TimeSpan.FromSeconds(1);

    private readonly Action<RemoteRun, CrashKind, string> _report;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _crashed = new();
    private readonly List<VdevDoorbell> _doorbells = [];
    private readonly List<RemoteVdev> _vdevs = [];
    private readonly List<(RemoteVdev Vdev, IAsyncDisposable Driver)> _drivers = [];
    private readonly List<Task> _watches = [];
    private readonly List<Task> _late = [];
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _abandonTimeout;
    private (CrashKind Kind, string Message)? _crash;
    private Phase _phase;
    private volatile bool _isSuspended;
    private volatile bool _isHeld;

    public RemoteRun(
        string processorName,
        RunTraces traces,
        RemoteProcessorOptions options,
        Action<RemoteRun, CrashKind, string> report)
    {
        _name = processorName;
        _logger = options.Logger;
        _timeProvider = options.TimeProvider;
        _abandonTimeout = options.AbandonTimeout;
        Traces = traces;
        _report = report;
    }

    private enum Phase
    {
        /// <summary>Not up yet: a crash makes the start fail.</summary>
        Starting,

        /// <summary>Up: a crash is reported.</summary>
        Up,

        /// <summary>Going down: what ends now was meant to.</summary>
        Stopping,
    }

    public RunTraces Traces { get; }

    public IReadOnlyList<RemoteVdev> Vdevs => _vdevs;

    public IReadOnlyList<RpmsgLink> Links { get; private set; } = [];

    /// <summary>Whether the processor is held, by us or by a debugger: then nobody expects it to move.</summary>
    public bool IsSuspended
    {
        get => _isSuspended || _isHeld;
        set
        {
            ResumeCount += value ? 0 : 1;
            _isSuspended = value;
        }
    }

    /// <summary>How often it was let go on: what was silent meanwhile gets its time again.</summary>
    public int ResumeCount { get; private set; }

    /// <summary>Whether a device's driver did not let go of the memory, so that the memory must stay.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Cancelled when the processor crashes.</summary>
    public CancellationToken Crashed => _crashed.Token;

    /// <summary>Cancelled when the run ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The crash that was reported, if any.</summary>
    public (CrashKind Kind, string Message)? Crash
    {
        get
        {
            lock (_lock)
            {
                return _crash;
            }
        }
    }

    /// <summary>Somebody else, a debugger, holds the processor or lets it go on.</summary>
    public void SetHeld(bool isHeld)
    {
        ResumeCount += isHeld ? 0 : 1;
        _isHeld = isHeld;
    }

    /// <summary>Makes the devices and their doorbells, before the remote runs.</summary>
    public void AddVdevs(
        RemoteProcessorDriver driver,
        SharedRegion table,
        IReadOnlyList<VdevPlaces> places)
    {
        foreach (VdevPlaces place in places)
        {
            // Before the doorbell, so that a table which does not fit leaves nothing behind.
            LiveVdev live = place.Resource.CreateLive(table);
            var doorbell = new VdevDoorbell(driver.CreateDoorbell(place.Resource));
            lock (_lock)
            {
                _doorbells.Add(doorbell);
            }

            _vdevs.Add(new RemoteVdev(_name, place.Resource, live, place.Rings, place.Buffers, doorbell));
        }
    }

    /// <summary>Brings the devices up. The remote runs.</summary>
    public async ValueTask StartVdevsAsync(IReadOnlyList<VdevDriver> drivers, CancellationToken cancellationToken)
    {
        foreach (RemoteVdev vdev in _vdevs)
        {
            if (drivers.FirstOrDefault(d => d.DeviceId == vdev.Resource.DeviceId) is { } driver)
            {
                vdev.Take();
                _drivers.Add((vdev, await StartAsync(driver, vdev, cancellationToken).ConfigureAwait(false)));
            }
        }

        Links = [.. _drivers.Select(pair => pair.Driver).OfType<RpmsgLink>()];
        foreach (RpmsgLink link in Links)
        {
            Watch(WatchAsync(link));
        }
    }

    /// <summary>Adds somebody who watches until the run ends, and is waited for then. Who fails is logged, and no
    /// longer watches.</summary>
    public void Watch(Task watch)
    {
        lock (_lock)
        {
            _watches.Add(KeepAsync(watch));
        }
    }

    /// <summary>The processor crashed, says somebody. The first one counts.</summary>
    public void ReportCrash(CrashKind kind, string message)
    {
        bool isReported;
        VdevDoorbell[] doorbells;
        lock (_lock)
        {
            if (_crash is not null || _phase == Phase.Stopping)
            {
                return;
            }

            _crash = (kind, message);
            isReported = _phase == Phase.Up;
            doorbells = [.. _doorbells];
        }

        foreach (VdevDoorbell doorbell in doorbells)
        {
            doorbell.EndPeer();
        }

        // Who waits for it goes on elsewhere: a driver reports from wherever it is.
        _ = _crashed.CancelAsync();
        if (isReported)
        {
            _report(this, kind, message);
        }
    }

    /// <summary>The start is done: from now on a crash is reported.</summary>
    /// <returns><see langword="false"/> when it crashed meanwhile.</returns>
    public bool TryGoUp()
    {
        lock (_lock)
        {
            if (_crash is not null)
            {
                return false;
            }

            _phase = Phase.Up;
            return true;
        }
    }

    /// <summary>The stop begins: whatever ends from now on was meant to.</summary>
    public void GoDown()
    {
        lock (_lock)
        {
            _phase = Phase.Stopping;
        }
    }

    /// <summary>Takes the devices down, in the reverse order. Never fails: a driver that fails, or does not let go in
    /// time, is logged.</summary>
    public async ValueTask StopVdevsAsync(CancellationToken cancellationToken)
    {
        GoDown();
        await _ended.CancelAsync().ConfigureAwait(false);
        await LetLinksEndAsync().ConfigureAwait(false);
        if (_late.Count > 0)
        {
            await EndLateAsync(cancellationToken).ConfigureAwait(false);
        }

        for (int i = _drivers.Count - 1; i >= 0; i--)
        {
            // Reset first, as Linux does: a remote that looks must not find a ready driver on dead rings.
            _drivers[i].Vdev.LetGo();
            await LetGoAsync(_drivers[i].Driver, cancellationToken).ConfigureAwait(false);
        }

        _drivers.Clear();
        Task[] watches;
        lock (_lock)
        {
            watches = [.. _watches];
        }

        // They end with the run's token or their link, and never fail.
        var ended = Task.WhenAll(watches);
        try
        {
            await ended.WaitAsync(_abandonTimeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException)
        {
            IsAbandoned |= !ended.IsCompleted;
        }
    }

    /// <summary>After a crash each link finds out by itself: so its endpoints end because the peer is gone, and not
    /// because somebody disposed the link meanwhile; and nobody writes to the memory any more.</summary>
    public async ValueTask LetLinksEndAsync()
    {
        if (Crash is not null)
        {
            Task ended = Task.WhenAll(Links.Select(link => link.Completion));
            await ended.WaitAsync(LinkEndTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Devices that did not let go in time were waited for before.
        await StopVdevsAsync(new CancellationToken(IsAbandoned)).ConfigureAwait(false);
        foreach (VdevDoorbell doorbell in _doorbells)
        {
            doorbell.Dispose();
        }
    }

    private async ValueTask<IAsyncDisposable> StartAsync(
        VdevDriver driver,
        RemoteVdev vdev,
        CancellationToken cancellationToken)
    {
        // Elsewhere, so that a driver that blocks does not hold us.
        Task<IAsyncDisposable> start = Task.Run(
            () => driver.StartAsync(vdev, cancellationToken).AsTask(), CancellationToken.None);
        try
        {
            return await start.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It may come up all the same, and then it must go down.
            _late.Add(KeepAsync(DisposeLaterAsync(start)));
            throw;
        }
    }

    private async ValueTask EndLateAsync(CancellationToken cancellationToken)
    {
        // Not all of the time that there is: the processor is to be stopped in it too.
        var late = Task.WhenAll(_late);
        try
        {
            await late.WaitAsync(_abandonTimeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException)
        {
            IsAbandoned |= !late.IsCompleted;
        }
    }

    private static async Task DisposeLaterAsync(Task<IAsyncDisposable> start)
    {
        // Why it failed is of no interest any more; only one that came up must go down.
        await ((Task)start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (start.IsCompletedSuccessfully)
        {
            IAsyncDisposable driver = await start.ConfigureAwait(false);
            await driver.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask LetGoAsync(IAsyncDisposable driver, CancellationToken cancellationToken)
    {
        Task end = Task.Run(() => driver.DisposeAsync().AsTask(), CancellationToken.None);
        try
        {
            await end.WaitAsync(_abandonTimeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            IsAbandoned |= !end.IsCompleted;
            Log.VdevFailed(_logger, _name, error);
        }
    }

    private async Task KeepAsync(Task watch)
    {
        try
        {
            await watch.ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.WatchFailed(_logger, _name, error);
        }
    }

    private async Task WatchAsync(RpmsgLink link)
    {
        RpmsgCloseReason reason = await link.Completion.ConfigureAwait(false);
        switch (reason)
        {
            case RpmsgCloseReason.PeerGone:
                ReportCrash(CrashKind.Exited, $"The peer of link '{link.Name}' went away.");
                break;
            case RpmsgCloseReason.PeerBroken:
                ReportCrash(CrashKind.BrokenRing, $"The peer of link '{link.Name}' broke a ring.");
                break;
            default:
                break; // Disposed, or failed on this side: that is not the processor's doing.
        }
    }
}
