// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>One of the demo programs, on one link: it runs once.</summary>
/// <remarks>It knows nothing of the console, of sockets or of shared memory, so it serves commands, the demo,
/// benchmarks and tests alike.</remarks>
internal abstract class DemoService
{
    // How often to look whether the peer breaks the rules: such a message is dropped, and nobody would answer it.
    private static readonly TimeSpan FaultLookInterval = TimeSpan.FromMilliseconds(50);

    // How long the peer has to hear of the end of this endpoint before the link is closed under it.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The service that both sides announce.</summary>
    public virtual string Name => DemoServiceNames.DemoChannel;

    /// <summary>The command at the other side.</summary>
    public abstract string Counterpart { get; }

    /// <summary>What was done so far.</summary>
    public ServiceTally Tally { get; } = new();

    /// <summary>How many messages there will be; 0 when that is up to the peer.</summary>
    public virtual long ExpectedMessages => 0;

    /// <summary>Whether the link serves others after this service, so that nobody has to wait until the peer has heard
    /// of this one's end.</summary>
    public bool LinkStaysOpen { get; set; }

    /// <summary>Whether the peer's endpoint is known.</summary>
    public bool IsConnected => _connected.Task.IsCompleted;

    /// <summary>Completes when the peer's endpoint is known.</summary>
    public Task Connected => _connected.Task;

    /// <summary>This side's address; any by default.</summary>
    protected virtual uint LocalAddress => RpmsgAddress.Any;

    /// <summary>Whether the peer ends the service by destroying its endpoint, which is then no error.</summary>
    protected virtual bool EndsWithPeer => false;

    private bool IsDone => ExpectedMessages > 0 && Tally.Messages + Tally.Errors >= ExpectedMessages;

    /// <summary>Runs to the end. The endpoint is destroyed when it returns, and the peer has been told.</summary>
    /// <param name="link">The link; it stays open.</param>
    /// <param name="cancellationToken">Ends the service early.</param>
    /// <exception cref="ServiceFailedException">It could not be done.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        var options = new RpmsgEndpointOptions { LocalAddress = LocalAddress, InlineHandler = Hear };
        RpmsgEndpoint? endpoint = null;
        try
        {
            endpoint = await link.CreateEndpointAsync(Name, options, cancellationToken).ConfigureAwait(false);
            await WorkAndWatchAsync(endpoint, cancellationToken).ConfigureAwait(false);
            ThrowIfPeerIsFaulty(link);
        }
        catch (RpmsgClosedException exception)
        {
            ThrowIfPeerIsFaulty(link);
            throw new ServiceFailedException(Describe(exception.Reason), exception);
        }
        finally
        {
            await EndAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }

        if (Tally.Errors > 0)
        {
            throw new ServiceFailedException($"{Tally.Errors} wrong answers; the first: {Tally.FirstError}");
        }
    }

    /// <summary>Does the service's part outside the link's thread, and completes when the service has done its
    /// work.</summary>
    protected abstract Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Takes one message, on the link's thread.</summary>
    protected abstract void OnMessage(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message);

    /// <summary>Lets go of what the service still has, once no message comes any more.</summary>
    protected virtual void Clear()
    {
    }

    private void Hear(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        _connected.TrySetResult();
        try
        {
            OnMessage(endpoint, ref message);
        }
        catch (ServiceFailedException exception)
        {
            _failure.TrySetException(exception);
        }
        catch (RpmsgClosedException)
        {
            // The endpoint ends while its last message is handled: its completion says why.
        }
    }

    private async Task WorkAndWatchAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task work = ConnectAndWorkAsync(endpoint, done.Token);
        Task faults = WatchForFaultsAsync(endpoint.Link, done.Token);
        Task first = await Task.WhenAny(work, _failure.Task, endpoint.Completion, faults).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(work).ConfigureAwait(false);
        await Task.WhenAny(faults).ConfigureAwait(false);
        if (first == _failure.Task || !endpoint.Completion.IsCompleted)
        {
            await first.ConfigureAwait(false);
            return;
        }

        // Whatever ended first, the endpoint has ended: was there more to do?
        RpmsgCloseReason reason = await endpoint.Completion.ConfigureAwait(false);
        bool mayEnd = EndsWithPeer && reason == RpmsgCloseReason.RemoteDestroyed;
        if (!mayEnd && !IsDone)
        {
            ThrowIfPeerIsFaulty(endpoint.Link);
            throw new ServiceFailedException(Describe(reason));
        }
    }

    private async Task ConnectAndWorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        await endpoint.WaitForRemoteAsync(cancellationToken).ConfigureAwait(false);
        _connected.TrySetResult();
        await WorkAsync(endpoint, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WatchForFaultsAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(FaultLookInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            ThrowIfPeerIsFaulty(link);
        }
    }

    private static void ThrowIfPeerIsFaulty(RpmsgLink link)
    {
        if (link.GetStatistics().PeerFaults is var faults and > 0)
        {
            throw new ServiceFailedException(
                $"the peer broke the rules of the rings {faults} times (bad index, descriptor or length); restart both "
                + "sides, and look at the peer's program");
        }
    }

    private async Task EndAsync(RpmsgEndpoint? endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not null)
        {
            bool peerKnows = endpoint.Completion.IsCompleted;
            await endpoint.DisposeAsync().ConfigureAwait(false);
            if (!peerKnows && !LinkStaysOpen && !cancellationToken.IsCancellationRequested && IsConnected)
            {
                await Task.WhenAny(endpoint.Link.Completion, Task.Delay(FarewellTime, cancellationToken))
                    .ConfigureAwait(false);
            }
        }

        Clear();
    }

    private string Describe(RpmsgCloseReason reason)
    {
        string progress = ExpectedMessages > 0 ? $"{Tally.Messages} of {ExpectedMessages}" : $"{Tally.Messages}";
        return reason switch
        {
            RpmsgCloseReason.RemoteDestroyed => $"the peer destroyed its endpoint after {progress} messages",
            RpmsgCloseReason.PeerGone => $"the peer went away after {progress} messages, without destroying its "
                + "endpoint; look at why it ended, then start both again",
            RpmsgCloseReason.PeerBroken => "the peer wrote an impossible ring index; restart both sides",
            _ => $"the endpoint ended ({reason}) after {progress} messages; try --verbose",
        };
    }
}
