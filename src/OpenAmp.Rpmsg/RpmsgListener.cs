// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>Waits for the peer to announce a service, and makes an endpoint of each announcement.</summary>
/// <remarks>Announcements are accepted in the order they came. One that the peer takes back before it is accepted is
/// forgotten.</remarks>
[SuppressMessage(
    "Usage",
    "CA2213",
    Justification = "A wait that begins after Dispose must still see that it has ended; neither holds a handle.")]
public sealed class RpmsgListener : IDisposable
{
    private readonly RpmsgLink _link;
    private readonly RpmsgEndpointOptions _options;
    private readonly Lock _gate = new();

    // Announcements that wait, and those of which an endpoint is being made.
    private readonly List<uint> _offers = [];
    private readonly List<uint> _taken = [];
    private readonly SemaphoreSlim _offered = new(0);
    private readonly CancellationTokenSource _ended = new();
    private int _closeReason;

    internal RpmsgListener(RpmsgLink link, string name, RpmsgEndpointOptions options)
    {
        _link = link;
        _options = options;
        Name = name;
    }

    /// <summary>The service.</summary>
    public string Name { get; }

    /// <summary>Announcements that wait to be accepted.</summary>
    internal uint[] Offers
    {
        get
        {
            lock (_gate)
            {
                return [.. _offers];
            }
        }
    }

    /// <summary>Waits for the next announcement and connects an endpoint to it.</summary>
    /// <param name="cancellationToken">Ends the wait; no announcement is lost by it.</param>
    /// <returns>The endpoint; it can send at once.</returns>
    /// <exception cref="RpmsgClosedException">The listener or its link has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<RpmsgEndpoint> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
                await _offered.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw RpmsgClosedException.For($"The listener for '{Name}'", (RpmsgCloseReason)_closeReason);
            }

            if (TryTake(out uint remoteAddress))
            {
                return await ConnectAsync(remoteAddress, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Accepts every announcement until the listener or its link ends.</summary>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The endpoints.</returns>
    public async IAsyncEnumerable<RpmsgEndpoint> AcceptAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!_ended.IsCancellationRequested)
        {
            RpmsgEndpoint endpoint;
            try
            {
                endpoint = await AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpmsgClosedException)
            {
                yield break;
            }

            yield return endpoint;
        }
    }

    /// <summary>Stops listening. Endpoints that were accepted go on.</summary>
    public void Dispose() => End(RpmsgCloseReason.Disposed);

    internal void End(RpmsgCloseReason reason)
    {
        _link.Forget(this);
        _ = Interlocked.CompareExchange(ref _closeReason, (int)reason, 0);
        _ended.Cancel();
    }

    /// <summary>Keeps an announcement until it is accepted. False when too many wait.</summary>
    internal bool TryOffer(uint remoteAddress, int maxCount)
    {
        lock (_gate)
        {
            if (_offers.Contains(remoteAddress))
            {
                return true;
            }

            if (_offers.Count >= maxCount)
            {
                return false;
            }

            _offers.Add(remoteAddress);
        }

        _offered.Release();
        return true;
    }

    internal void Withdraw(uint remoteAddress)
    {
        lock (_gate)
        {
            _taken.Remove(remoteAddress);
            if (_offers.Remove(remoteAddress))
            {
                // Unless somebody is on the way to take it, who then finds nothing.
                _ = _offered.Wait(0);
            }
        }
    }

    private async ValueTask<RpmsgEndpoint> ConnectAsync(uint remoteAddress, CancellationToken cancellationToken)
    {
        RpmsgEndpointOptions options = _options with
        {
            LocalAddress = RpmsgAddress.Any,
            RemoteAddress = remoteAddress,
        };
        try
        {
            return await _link.CreateEndpointAsync(Name, options, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            PutBack(remoteAddress);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _taken.Remove(remoteAddress);
            }
        }
    }

    /// <summary>Leaves an announcement to the next who accepts, unless the peer took it back meanwhile.</summary>
    private void PutBack(uint remoteAddress)
    {
        lock (_gate)
        {
            if (!_taken.Contains(remoteAddress))
            {
                return;
            }

            _offers.Insert(0, remoteAddress);
        }

        _offered.Release();
    }

    private bool TryTake(out uint remoteAddress)
    {
        lock (_gate)
        {
            bool any = _offers.Count > 0;
            remoteAddress = any ? _offers[0] : RpmsgAddress.Any;
            if (any)
            {
                _offers.RemoveAt(0);
                _taken.Add(remoteAddress);
            }

            return any;
        }
    }
}
