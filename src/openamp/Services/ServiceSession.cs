// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Opens a link and runs a service on it: once, or for each peer that comes.</summary>
/// <remarks>One thread runs it; others may look how far it is.</remarks>
internal sealed class ServiceSession(LinkSettings settings, Func<DemoService> createService) : IServiceProgress
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(10);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DemoService? _service;
    private bool _isLinked;

    /// <summary>Shares each link with other programs, or not.</summary>
    public Func<RpmsgLink, IAsyncDisposable> Share { get; init; } = static _ => NotShared.Instance;

    /// <summary>What all peers together were served.</summary>
    public SessionTotals Totals { get; } = new();

    /// <summary>The service that runs, or ran last.</summary>
    public DemoService? Service => _service;

    /// <summary>Completes when <see cref="RunOnceAsync"/> has ended for the first time, however it ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the session waits for, in words, and what may help.</summary>
    public string WaitingFor
    {
        get
        {
            DemoService service = _service ?? createService();
            if (!_isLinked)
            {
                LinkSettings other = settings.Opposite();
                string command = $"'openamp {service.Counterpart} {other.SidesAsOptions}'";
                return settings.Side == SocketSide.Server
                    ? $"no peer came up at {settings.SocketPath}; try {command}, with the same --shm and --socket-path"
                    : $"nobody answered at {settings.SocketPath}; try {command} first, with the same --shm and "
                        + "--socket-path";
            }

            if (!service.IsConnected)
            {
                return $"the peer did not announce {service.Name}; try 'openamp {service.Counterpart}' at the other "
                    + "side, one in role driver and one in role device";
            }

            return service.ExpectedMessages > 0
                ? $"{service.Tally.Messages} of {service.ExpectedMessages} messages are through; try a longer "
                    + "--timeout, or look at the peer"
                : $"the peer neither sends nor leaves after {service.Tally.Messages} messages; try a longer --timeout, "
                    + "or look at the peer";
        }
    }

    /// <summary>Serves one peer.</summary>
    /// <exception cref="ServiceFailedException">The service could not be done.</exception>
    /// <exception cref="System.IO.IOException">The link could not be opened.</exception>
    /// <exception cref="TimeoutException">The driver did not become ready.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        _isLinked = false;
        try
        {
            RpmsgLink link = await TwoProcessLink.OpenAsync(settings.ToOptions(), cancellationToken)
                .ConfigureAwait(false);
            await ServeAsync(link, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Serves peer after peer until it is cancelled. A peer that dies or misbehaves is counted, and the next
    /// one served.</summary>
    /// <param name="onPeerLost">Told of each peer that was lost, and why.</param>
    /// <param name="cancellationToken">Ends the session.</param>
    /// <exception cref="System.IO.IOException">The link could not be opened, and no peer is to blame.</exception>
    public async Task RunForeverAsync(Action<Exception> onPeerLost, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RunOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsPeersFault(exception))
            {
                Totals.LostPeerCount++;
                onPeerLost(exception);
                await Task.Delay(PauseAfterFailure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        DemoService service = createService();
        try
        {
            _service = service;
            _isLinked = true;
            _ = service.Connected.ContinueWith(
                _ => Log.Connected(settings.Logger, service.Name),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            await using (Share(link).ConfigureAwait(false))
            {
                await service.RunAsync(link, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await link.DisposeAsync().ConfigureAwait(false);
            Totals.Add(service.Tally, link.GetStatistics());
        }
    }

    private static bool IsPeersFault(Exception exception)
        => exception is ServiceFailedException or PeerClosedException or TwoProcessTableException or TimeoutException;
}
