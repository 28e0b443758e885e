// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>A link whose messages somebody else carries: each endpoint has a port of its own.</summary>
[SuppressMessage(
    "Usage",
    "CA2213",
    Justification = "The source of its token has no timer and is cancelled when the link ends; nothing is held.")]
internal sealed class CarrierLink : RpmsgLink
{
    /// <summary>How long creating an endpoint without a name may block its thread.</summary>
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<RpmsgEndpoint> _endpoints = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CarrierLink(RpmsgCarrier carrier, RpmsgLinkOptions options)
        : base(options) => Carrier = carrier;

    public RpmsgCarrier Carrier { get; }

    public PortCounters Counters { get; } = new();

    public override VirtioRole Role => Carrier.Role;

    public override int MaxPayloadBytes => Carrier.MaxPayloadBytes;

    public override int EndpointCount
    {
        get
        {
            lock (_gate)
            {
                return _endpoints.Count;
            }
        }
    }

    public override RpmsgEndpoint CreateEndpoint(RpmsgEndpointOptions? options = null)
    {
        options ??= new();
        RpmsgEndpoint endpoint = Add(null, options);
        try
        {
            using var deadline = new CancellationTokenSource(OpenTimeout);
            ((PortPath)endpoint.Path).OpenAsync().WaitAsync(deadline.Token).GetAwaiter().GetResult();
            return endpoint;
        }
        catch (OperationCanceledException late) when (endpoint.IsOpen)
        {
            _ = endpoint.Close(RpmsgCloseReason.Disposed);
            throw new TimeoutException(
                $"Link '{Name}': {Carrier.Description} did not open a port within {OpenTimeout.TotalSeconds} s; look "
                + "whether it still answers.",
                late);
        }
        catch
        {
            _ = endpoint.Close(RpmsgCloseReason.Disposed);
            throw;
        }
    }

    public override async ValueTask<RpmsgEndpoint> CreateEndpointAsync(
        string name,
        RpmsgEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options ??= new();
        _ = ToWire(name);
        cancellationToken.ThrowIfCancellationRequested();
        RpmsgEndpoint endpoint = Add(name, options);
        try
        {
            var path = (PortPath)endpoint.Path;
            BindToPending(endpoint);
            if (endpoint.RemoteAddress != RpmsgAddress.Any || Carrier.OpensUnbound(path.Request))
            {
                await path.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override RpmsgLinkStatistics GetStatistics()
    {
        RpmsgLinkStatistics statistics = Counters.Read();
        statistics.DroppedQueueFull = DroppedQueueFull;
        statistics.DroppedAnnouncements = DroppedAnnouncements;
        return statistics;
    }

    public override async ValueTask DisposeAsync()
    {
        await DisposeEndpointsAsync().ConfigureAwait(false);
        if (TryBegin())
        {
            await EndAsync(RpmsgCloseReason.Disposed).ConfigureAwait(false);
        }

        _stopRequested.TrySetResult();
        if (!PortPath.IsDelivering)
        {
            await _served.Task.ConfigureAwait(false);
        }
    }

    internal override void Forget(RpmsgEndpoint endpoint)
    {
        lock (_gate)
        {
            _endpoints.Remove(endpoint);
        }

        RemoveName(endpoint);
    }

    /// <summary>The endpoint's port is closed: its service is the next one's.</summary>
    internal void OnPortClosed(RpmsgEndpoint endpoint) => GiveBack(endpoint);

    internal override async ValueTask SayGoodbyeAsync(RpmsgEndpoint endpoint)
    {
        try
        {
            if (!PortPath.IsDelivering)
            {
                await ((PortPath)endpoint.Path).Closed.WaitAsync(GoodbyeTimeout).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            Log.PortLeftOpen(Logger, Name, endpoint.Describe(), Carrier.Description);
        }
    }

    internal override void OnBound(RpmsgEndpoint endpoint)
    {
        // Whoever waits for the address goes on when the port is open.
        var path = (PortPath)endpoint.Path;
        _ = path.OpenAsync();
        if (path.IsOpen)
        {
            endpoint.ReportRemote();
        }
    }

    private protected override bool BindsByName => !Carrier.BindsEndpoints;

    private protected override void Run()
    {
        Log.CarrierLinkUp(Logger, Name, Carrier.Description, Role, MaxPayloadBytes);
        _ = Task.Run(ServeAsync);
    }

    private protected override RpmsgEndpoint[] SnapshotEndpoints()
    {
        lock (_gate)
        {
            return [.. _endpoints];
        }
    }

    private protected override void FailWaiters()
    {
        // Every wait is an endpoint's.
    }

    private RpmsgEndpoint Add(string? name, RpmsgEndpointOptions options)
    {
        ThrowIfClosed();
        var path = new PortPath(this, new RpmsgPortRequest
        {
            Name = name,
            LocalAddress = options.LocalAddress,
            RemoteAddress = options.RemoteAddress,
            Announce = name is not null && options.Announce && Options.NameService,
            WhenFull = options.WhenFull,
        });
        var endpoint = new RpmsgEndpoint(this, path, name, options);
        path.Endpoint = endpoint;
        lock (_gate)
        {
            _endpoints.Add(endpoint);
        }

        AddName(endpoint);
        if (CloseReason is var reason and not RpmsgCloseReason.None)
        {
            // It ended meanwhile, and may have missed this endpoint when it ended all others.
            _ = endpoint.Close(reason);
            throw BrokenException();
        }

        return endpoint;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails here ends the link, never the process.")]
    private async Task ServeAsync()
    {
        RpmsgCloseReason reason = RpmsgCloseReason.Failed;
        try
        {
            Task watching = WatchAsync();
            Task first = await Task.WhenAny(watching, Carrier.Completion, _stopRequested.Task).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (first == watching)
            {
                // Nothing more will be announced; endpoints go on.
                first = await Task.WhenAny(Carrier.Completion, _stopRequested.Task).ConfigureAwait(false);
            }

            reason = first == Carrier.Completion
                ? await Carrier.Completion.ConfigureAwait(false)
                : RpmsgCloseReason.Disposed;
        }
        catch (Exception exception)
        {
            ReportFailure(exception);
        }

        await EndAsync(reason).ConfigureAwait(false);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Only what came with the carrier's own end is passed over.")]
    private async Task WatchAsync()
    {
        try
        {
            await foreach (RpmsgServiceChange change in Carrier.WatchAsync(_ending.Token).ConfigureAwait(false))
            {
                Hear(change.Name, change.Address, change.IsWithdrawal);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
        }
        catch (Exception) when (Carrier.Completion.IsCompleted)
        {
            // The carrier's own end says more than that its watch broke with it.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails here ends the link, never the process.")]
    private async Task EndAsync(RpmsgCloseReason reason)
    {
        try
        {
            RpmsgEndpoint[] endpoints = SnapshotEndpoints();
            Close(reason);
            await _ending.CancelAsync().ConfigureAwait(false);
            foreach (RpmsgEndpoint endpoint in endpoints)
            {
                await SayGoodbyeAsync(endpoint).ConfigureAwait(false);
            }

            await Carrier.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ReportFailure(exception);
        }

        Complete();
        _served.TrySetResult();
    }
}
