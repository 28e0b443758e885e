// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>One end of a conversation on a link: it has an address of its own and, once known, the peer's.</summary>
/// <remarks>
/// <para>Sending is open to every thread. Receiving is for one reader at a time. When the endpoint ends, for whatever
/// reason, every wait on it ends with that reason; a new endpoint must then be made.</para>
/// <para>After <see cref="DisposeAsync"/> has completed, no handler of the endpoint runs or will run.</para>
/// </remarks>
public sealed partial class RpmsgEndpoint : IAsyncDisposable
{
    private readonly RpmsgEndpointOptions _options;
    private readonly ReceiveQueue _queue;
    private readonly TaskCompletionSource<uint> _remoteKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Held by the link's thread while handlers run, so that closing waits for them. Reentrant: a handler may close its
    // own endpoint.
    private readonly Lock _handlerGate = new();

    private volatile uint _remoteAddress;
    private volatile int _closeReason;
    private long _droppedCount;
    private Exception? _closeCause;

    internal RpmsgEndpoint(RpmsgLink link, MessagePath path, string? name, RpmsgEndpointOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ReceiveQueueCapacity);
        Link = link;
        Path = path;
        Name = name;
        _options = options;
        _queue = new ReceiveQueue(options.ReceiveQueueCapacity);
        _remoteAddress = options.RemoteAddress;
        if (_remoteAddress != RpmsgAddress.Any)
        {
            _remoteKnown.SetResult(_remoteAddress);
        }

        // Nobody need wait for it; a failure that nobody sees is seen through Completion.
        _ = _remoteKnown.Task.ContinueWith(
            static task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    /// <summary>The link it belongs to.</summary>
    public RpmsgLink Link { get; }

    /// <summary>The service's name, or null for an endpoint without one.</summary>
    public string? Name { get; }

    /// <summary>Its own address.</summary>
    public uint LocalAddress { get; internal set; } = RpmsgAddress.Any;

    /// <summary>The peer's address, or <see cref="RpmsgAddress.Any"/> while it is not known.</summary>
    public uint RemoteAddress => _remoteAddress;

    /// <summary>The port that the endpoint has on a link with a carrier, for what only that kind of port can do; null
    /// on rings, and while the port is not open.</summary>
    public RpmsgPort? Port => (Path as PortPath)?.Port;

    /// <summary>The longest payload that a message carries, in bytes.</summary>
    public int MaxPayloadBytes => Link.MaxPayloadBytes;

    /// <summary>Messages dropped because the receive queue was full.</summary>
    public long DroppedCount => Interlocked.Read(ref _droppedCount);

    /// <summary>Completes when the endpoint has ended, with the reason. Never fails.</summary>
    public Task<RpmsgCloseReason> Completion => _completion.Task;

    internal RpmsgCloseReason CloseReason => (RpmsgCloseReason)_closeReason;

    internal bool IsOpen => _closeReason == 0;

    /// <summary>What it sends through.</summary>
    internal MessagePath Path { get; }

    internal bool IsAnnounced { get; set; }

    /// <summary>Whether it was made without the peer's address.</summary>
    internal bool LearnsRemote => _options.RemoteAddress == RpmsgAddress.Any;

    /// <summary>Whether the peer's address is that of a service it announced and has not withdrawn. Guarded by the
    /// link's service gate.</summary>
    internal bool HoldsService { get; set; }

    /// <summary>Waits until the peer's address is known: from its announcement or from its first message.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The peer's address.</returns>
    /// <exception cref="RpmsgClosedException">The endpoint ended first.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<uint> WaitForRemoteAsync(CancellationToken cancellationToken)
        => _remoteKnown.Task.IsCompletedSuccessfully
            ? new ValueTask<uint>(RemoteAddress)
            : new ValueTask<uint>(_remoteKnown.Task.WaitAsync(cancellationToken));

    /// <summary>Ends the endpoint: no handler runs any more, waits end, unread messages are dropped, and the peer is
    /// told if it was told of the endpoint.</summary>
    /// <returns>Completes when all that is done; it waits for a free buffer no longer than
    /// <see cref="RpmsgLinkOptions.GoodbyeTimeout"/>.</returns>
    /// <remarks>A handler that runs is waited for on the calling thread: do not hold a lock that it wants.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (IsOpen)
        {
            await Path.DrainAsync(Link.GoodbyeTimeout).ConfigureAwait(false);
        }

        if (Close(RpmsgCloseReason.Disposed) || IsAnnounced)
        {
            await Link.SayGoodbyeAsync(this).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a run of messages on the link's thread.</summary>
    internal void Enter() => _handlerGate.Enter();

    internal void Leave() => _handlerGate.Exit();

    /// <summary>Learns the peer's address. False when it was known.</summary>
    internal bool Bind(uint remoteAddress)
    {
        uint before = Interlocked.CompareExchange(ref _remoteAddress, remoteAddress, RpmsgAddress.Any);
        bool bound = before == RpmsgAddress.Any;
        if (bound)
        {
            Link.OnBound(this);
        }

        return bound;
    }

    /// <summary>Lets those go on who wait for the peer's address.</summary>
    internal void ReportRemote() => _remoteKnown.TrySetResult(RemoteAddress);

    /// <summary>Ends the endpoint. False when it had ended. When it returns, no handler runs.</summary>
    internal bool Close(RpmsgCloseReason reason, Exception? cause = null)
    {
        bool first = Interlocked.CompareExchange(ref _closeReason, (int)reason, 0) == 0;
        if (first)
        {
            _closeCause = cause;
            Link.Forget(this);
        }

        // Whoever finds the endpoint closed already must still wait for a handler that runs.
        Path.AskToLeave();
        lock (_handlerGate)
        {
        }

        if (first)
        {
            _queue.Complete(discard: reason == RpmsgCloseReason.Disposed);
            _remoteKnown.TrySetException(ClosedException());
            _completion.TrySetResult(reason);
            Path.End(reason);
        }

        return first;
    }

    internal RpmsgClosedException ClosedException()
        => RpmsgClosedException.For($"Endpoint {Describe()} of link '{Link.Name}'", CloseReason, _closeCause);

    internal string Describe() => Name is null ? $"0x{LocalAddress:x}" : $"'{Name}' (0x{LocalAddress:x})";

    private void ThrowIfClosed()
    {
        if (CloseReason != RpmsgCloseReason.None)
        {
            throw ClosedException();
        }
    }
}
