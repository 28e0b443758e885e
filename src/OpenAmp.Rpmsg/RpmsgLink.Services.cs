// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

// Endpoints and the name service.
public abstract partial class RpmsgLink
{
    // Guards the four below.
    private readonly Lock _serviceGate = new();
    private readonly Dictionary<string, List<RpmsgEndpoint>> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RpmsgListener> _listeners = new(StringComparer.Ordinal);
    private readonly List<Announcement> _pending = [];

    private protected ulong DroppedAnnouncements { get; private set; }

    /// <summary>Creates an endpoint without a name: nobody is told of it. Allocates. On rings it does not block; over a
    /// carrier it waits for the carrier to open the endpoint's port.</summary>
    /// <param name="options">How it behaves.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The local address is taken or reserved.</exception>
    /// <exception cref="System.IO.IOException">The carrier cannot open the port; the message says why.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    public abstract RpmsgEndpoint CreateEndpoint(RpmsgEndpointOptions? options = null);

    /// <summary>Creates an endpoint with a name and tells the peer of it. Does not wait for the peer's
    /// address.</summary>
    /// <remarks>Over a carrier that needs the peer's address to open a port, the endpoint has no address of its own
    /// before the peer's is known.</remarks>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Ends the wait for a buffer; then there is no endpoint.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or the local address is taken or
    /// reserved.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public abstract ValueTask<RpmsgEndpoint> CreateEndpointAsync(
        string name,
        RpmsgEndpointOptions? options,
        CancellationToken cancellationToken);

    /// <summary>Creates an endpoint with a name and waits until the peer's endpoint of that name is known.</summary>
    /// <remarks>A service has one endpoint here. When it ends and the peer was told so, the peer announces the service
    /// anew for the next; when it was not told (<see cref="RpmsgEndpointOptions.Announce"/> is false), the next has the
    /// service at once.</remarks>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; then there is no endpoint.</param>
    /// <returns>The endpoint; it can send at once.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<RpmsgEndpoint> ConnectAsync(string name, CancellationToken cancellationToken)
        => ConnectAsync(name, null, cancellationToken);

    /// <summary>Creates an endpoint with a name and waits until the peer's endpoint of that name is known.</summary>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Ends the wait; then there is no endpoint.</param>
    /// <returns>The endpoint; it can send at once.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or the local address is taken or
    /// reserved.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask<RpmsgEndpoint> ConnectAsync(
        string name,
        RpmsgEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = await CreateEndpointAsync(name, options, cancellationToken).ConfigureAwait(false);
        try
        {
            _ = await endpoint.WaitForRemoteAsync(cancellationToken).ConfigureAwait(false);
            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for peers that announce a service: each announcement can be accepted as an endpoint of its
    /// own.</summary>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <param name="options">How accepted endpoints behave; their addresses are always given by the link and the
    /// announcement. With <see cref="RpmsgEndpointOptions.Announce"/> the peer is told of each accepted endpoint, so
    /// that it can speak first; a Linux kernel's host takes that for one more service, so set it to false
    /// there.</param>
    /// <returns>The listener; dispose it to stop.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">Somebody listens for the name already, or the link has no name
    /// service.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    public RpmsgListener Listen(string name, RpmsgEndpointOptions? options = null)
    {
        _ = ToWire(name);
        if (!Options.NameService)
        {
            throw new InvalidOperationException($"Link '{Name}' has no name service, so nothing is announced on it.");
        }

        var listener = new RpmsgListener(this, name, options ?? new());
        lock (_serviceGate)
        {
            ThrowIfClosed();
            if (!_listeners.TryAdd(name, listener))
            {
                throw new InvalidOperationException($"Link '{Name}' has a listener for '{name}' already.");
            }

            foreach (Announcement announcement in _pending.FindAll(candidate => candidate.Name == name))
            {
                _ = listener.TryOffer(announcement.Address, Options.MaxPendingAnnouncements);
            }

            _pending.RemoveAll(candidate => candidate.Name == name);
        }

        return listener;
    }

    /// <summary>What the peer offers: announced and not withdrawn. Allocates, does not block.</summary>
    /// <returns>The services, those first that nobody here has taken. One that was accepted by a listener is not
    /// among them; its endpoint is.</returns>
    public IReadOnlyList<RpmsgService> GetServices()
    {
        lock (_serviceGate)
        {
            List<RpmsgService> services =
            [
                .. _pending.Select(static announcement => new RpmsgService(
                    announcement.Name, announcement.Address, IsTaken: false)),
                .. _listeners.Values.SelectMany(static listener => listener.Offers.Select(
                    address => new RpmsgService(listener.Name, address, IsTaken: false))),
            ];
            services.AddRange(_named.Values.SelectMany(static namesakes => namesakes)
                .Where(static endpoint => endpoint.HoldsService)
                .Select(static endpoint => new RpmsgService(
                    endpoint.Name!, endpoint.RemoteAddress, IsTaken: true)));
            return services;
        }
    }

    /// <summary>The endpoints that there are on this side now. Allocates, does not block.</summary>
    /// <returns>Them, in no order. They are their makers', who may dispose them at any time.</returns>
    public IReadOnlyList<RpmsgEndpoint> GetEndpoints() => SnapshotEndpoints();

    internal void Forget(RpmsgListener listener)
    {
        lock (_serviceGate)
        {
            _listeners.Remove(listener.Name);
        }
    }

    /// <summary>Takes an ended endpoint off the link.</summary>
    internal abstract void Forget(RpmsgEndpoint endpoint);

    /// <summary>Tells the peer that an endpoint ended, if it was told of it.</summary>
    internal abstract ValueTask SayGoodbyeAsync(RpmsgEndpoint endpoint);

    /// <summary>The endpoint has just learned the peer's address, under the service gate.</summary>
    internal virtual void OnBound(RpmsgEndpoint endpoint) => endpoint.ReportRemote();

    private protected void AddName(RpmsgEndpoint endpoint)
    {
        if (endpoint.Name is { } name)
        {
            lock (_serviceGate)
            {
                (_named.TryGetValue(name, out List<RpmsgEndpoint>? namesakes)
                    ? namesakes
                    : _named[name] = []).Add(endpoint);
            }
        }
    }

    private protected void RemoveName(RpmsgEndpoint endpoint)
    {
        if (endpoint.Name is { } name)
        {
            lock (_serviceGate)
            {
                if (_named.TryGetValue(name, out List<RpmsgEndpoint>? namesakes))
                {
                    namesakes.Remove(endpoint);
                    _ = namesakes.Count == 0 && _named.Remove(name);
                }
            }
        }
    }

    private protected void GiveBack(RpmsgEndpoint endpoint)
    {
        if (endpoint.Name is not null)
        {
            lock (_serviceGate)
            {
                GiveBackUnsynchronized(endpoint);
            }
        }
    }

    private protected static RpmsgName ToWire(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        if (Array.IndexOf(bytes, (byte)0) >= 0 || !RpmsgName.TryCreate(bytes, out RpmsgName wireName))
        {
            throw new ArgumentException(
                $"Service name '{name}' has {bytes.Length} bytes in UTF-8; at most {RpmsgName.SizeBytes - 1} without a "
                + "zero byte go on the wire.",
                nameof(name));
        }

        return wireName;
    }

    private void CloseListeners(RpmsgCloseReason reason)
    {
        RpmsgListener[] listeners;
        lock (_serviceGate)
        {
            listeners = [.. _listeners.Values];
            _pending.Clear();
        }

        foreach (RpmsgListener listener in listeners)
        {
            listener.End(reason);
        }
    }
}
