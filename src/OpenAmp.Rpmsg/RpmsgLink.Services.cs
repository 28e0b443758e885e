// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

// Endpoints and the name service.
public sealed partial class RpmsgLink
{
    // Guards the four below.
    private readonly Lock _serviceGate = new();
    private readonly Dictionary<string, List<RpmsgEndpoint>> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RpmsgListener> _listeners = new(StringComparer.Ordinal);
    private readonly List<Announcement> _pending = [];
    private ulong _droppedAnnouncements;

    /// <summary>Creates an endpoint without a name: nobody is told of it. Allocates, does not block.</summary>
    /// <param name="options">How it behaves.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The local address is taken or reserved.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    public RpmsgEndpoint CreateEndpoint(RpmsgEndpointOptions? options = null) => Register(null, options ?? new());

    /// <summary>Creates an endpoint with a name and tells the peer of it. Does not wait for the peer's
    /// address.</summary>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Ends the wait for a buffer; then there is no endpoint.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or the local address is taken or
    /// reserved.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask<RpmsgEndpoint> CreateEndpointAsync(
        string name,
        RpmsgEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options ??= new();
        RpmsgName wireName = ToWire(name);
        RpmsgEndpoint endpoint = Register(name, options);
        try
        {
            BindToPending(endpoint);
            if (options.Announce && _options.NameService)
            {
                await AnnounceAsync(wireName, endpoint, isDestroy: false, cancellationToken).ConfigureAwait(false);
                endpoint.IsAnnounced = true;
            }

            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

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
        if (!_options.NameService)
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
                _ = listener.TryOffer(announcement.Address, _options.MaxPendingAnnouncements);
            }

            _pending.RemoveAll(candidate => candidate.Name == name);
        }

        return listener;
    }

    internal void Forget(RpmsgListener listener)
    {
        lock (_serviceGate)
        {
            _listeners.Remove(listener.Name);
        }
    }

    internal void Forget(RpmsgEndpoint endpoint)
    {
        _directory.Remove(endpoint.LocalAddress);
        if (endpoint.Name is not null)
        {
            lock (_serviceGate)
            {
                if (_named.TryGetValue(endpoint.Name, out List<RpmsgEndpoint>? namesakes))
                {
                    namesakes.Remove(endpoint);
                    _ = namesakes.Count == 0 && _named.Remove(endpoint.Name);
                }

                GiveBackUnsynchronized(endpoint);
            }
        }
    }

    /// <summary>Tells the peer that an endpoint ended, if it was told of it.</summary>
    internal async ValueTask SayGoodbyeAsync(RpmsgEndpoint endpoint)
    {
        if (!endpoint.IsAnnounced || CloseReason != RpmsgCloseReason.None)
        {
            return;
        }

        endpoint.IsAnnounced = false;
        using var deadline = new CancellationTokenSource(_options.GoodbyeTimeout);
        try
        {
            await AnnounceAsync(ToWire(endpoint.Name!), endpoint, isDestroy: true, deadline.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.GoodbyeLost(Logger, Name, endpoint.Name!);
        }
        catch (RpmsgClosedException)
        {
            // Nobody is left to be told.
        }
    }

    private static RpmsgName ToWire(string name)
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

    private RpmsgEndpoint Register(string? name, RpmsgEndpointOptions options)
    {
        ThrowIfClosed();
        uint address = options.LocalAddress;
        var endpoint = new RpmsgEndpoint(this, name, options);
        bool reserved = address == RpmsgAddress.NameService && _options.NameService;
        bool added = !reserved && _directory.TryAdd(endpoint, ref address);
        if (added && address == RpmsgAddress.NameService && _options.NameService)
        {
            // Handed out, since dynamic addresses begin that low.
            _directory.Remove(address);
            address = RpmsgAddress.Any;
            added = _directory.TryAdd(endpoint, ref address);
        }

        if (!added)
        {
            ThrowIfClosed();
            throw new ArgumentException(
                $"Address 0x{address:x} of link '{Name}' is " + (reserved ? "the name service's" : "taken")
                + "; choose another or leave it to the link (RpmsgAddress.Any).",
                nameof(options));
        }

        if (name is not null)
        {
            lock (_serviceGate)
            {
                (_named.TryGetValue(name, out List<RpmsgEndpoint>? namesakes)
                    ? namesakes
                    : _named[name] = []).Add(endpoint);
            }
        }

        // The link may have ended meanwhile, and have missed this endpoint when it ended all others.
        if (CloseReason is var reason and not RpmsgCloseReason.None)
        {
            _ = endpoint.Close(reason);
            throw BrokenException();
        }

        return endpoint;
    }

    private async ValueTask AnnounceAsync(
        RpmsgName name,
        RpmsgEndpoint endpoint,
        bool isDestroy,
        CancellationToken cancellationToken)
    {
        byte[] payload = new byte[NameServiceMessage.SizeBytes];
        _ = new NameServiceMessage(name, endpoint.LocalAddress, isDestroy).TryWrite(payload);
        uint source = endpoint.LocalAddress;
        if (TrySendPlain(source, payload))
        {
            return;
        }

        // The buffer that was waited for is the one to send: given back, it would go to those who wait behind.
        BufferLease lease = await RentAsync(cancellationToken).ConfigureAwait(false);
        _ = Check(SendCopy(lease, source, RpmsgAddress.NameService, payload), payload.Length);
    }

    private bool TrySendPlain(uint source, ReadOnlySpan<byte> payload)
        => Check(Engine.TrySend(source, RpmsgAddress.NameService, payload, flush: true), payload.Length);

    private bool Check(RpmsgSendResult result, int lengthBytes) => result switch
    {
        RpmsgSendResult.Sent => true,
        RpmsgSendResult.NoBuffer => false,
        RpmsgSendResult.TooLong => throw new RpmsgMessageTooLongException(lengthBytes, MaxPayloadBytes),
        _ => throw BrokenException(),
    };

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
