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
    private readonly List<uint> _offers = [];
    private readonly SemaphoreSlim _offered = new(0);
    private readonly CancellationTokenSource _ended = new();

    internal RpmsgListener(RpmsgLink link, string name, RpmsgEndpointOptions options)
    {
        _link = link;
        _options = options;
        Name = name;
    }

    /// <summary>The service.</summary>
    public string Name { get; }

    /// <summary>Waits for the next announcement and connects an endpoint to it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
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
                throw RpmsgClosedException.For($"The listener for '{Name}'", RpmsgCloseReason.Disposed);
            }

            if (TryTake(out uint remoteAddress))
            {
                RpmsgEndpointOptions options = _options with
                {
                    LocalAddress = RpmsgAddress.Any,
                    RemoteAddress = remoteAddress,
                };
                return await _link.CreateEndpointAsync(Name, options, cancellationToken).ConfigureAwait(false);
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
    public void Dispose()
    {
        _link.Forget(this);
        _ended.Cancel();
    }

    internal void Offer(uint remoteAddress)
    {
        lock (_gate)
        {
            _offers.Add(remoteAddress);
        }

        _offered.Release();
    }

    internal void Withdraw(uint remoteAddress)
    {
        lock (_gate)
        {
            _offers.Remove(remoteAddress);
        }
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
            }

            return any;
        }
    }
}
