// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Rpmsg;

/// <summary>A link to a peer: its rings, the thread that serves them, and the endpoints that share it.</summary>
/// <remarks>
/// <para>Open to every thread. One thread of the link's own receives, watches the doorbell and hands messages to
/// endpoints.</para>
/// <para>A link ends once: when it is disposed, when the peer goes away, or when the peer breaks a ring. Every endpoint
/// and every wait ends with it, with the same reason. A peer that comes back gets a new link.</para>
/// </remarks>
public sealed partial class RpmsgLink : IAsyncDisposable
{
    private readonly RpmsgLinkOptions _options;
    private readonly LinkDoorbell _doorbell;
    private readonly IDisposable? _memoryOwner;
    private readonly EndpointDirectory _directory;
    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile int _closeReason;
    private int _memoryReleased;
    private volatile bool _isShut;

    private RpmsgLink(RpmsgLinkDescription description, RpmsgLinkOptions options, LinkEngine engine)
    {
        _options = options;
        _doorbell = description.Doorbell;
        _memoryOwner = description.MemoryOwner;
        _directory = new EndpointDirectory(options.FirstDynamicAddress);
        _spinTime = options.MaxSpinTime;
        Role = description.Role;
        Engine = engine;
        _thread = new Thread(Run) { IsBackground = true, Name = $"rpmsg {options.Name}" };
    }

    /// <summary>Name of the link in logs, metrics and exceptions.</summary>
    public string Name => _options.Name;

    /// <summary>Which side this is.</summary>
    public VirtioRole Role { get; }

    /// <summary>The longest payload that a message carries, in bytes. On the device's side it is 0 until the driver has
    /// offered a buffer.</summary>
    public int MaxPayloadBytes => Engine.MaxPayloadBytes;

    /// <summary>Number of endpoints now.</summary>
    public int EndpointCount => _directory.Count;

    /// <summary>Completes when the link has ended, with the reason. Never fails.</summary>
    public Task<RpmsgCloseReason> Completion => _completion.Task;

    internal LinkEngine Engine { get; }

    /// <summary>Whether the program keeps the message that a handler is looking at. The link's thread's.</summary>
    internal bool IsDeliveryHeld { get; set; }

    internal TimeSpan GoodbyeTimeout => _options.GoodbyeTimeout;

    internal ILogger Logger => _options.Logger;

    private RpmsgCloseReason CloseReason => (RpmsgCloseReason)_closeReason;

    /// <summary>Sets up this side of a link. A driver resets the rings and posts its receive buffers, without a kick; a
    /// device takes the rings as they are, so DRIVER_OK must have been seen.</summary>
    /// <param name="description">What the link stands on. The link owns the doorbell and the memory's owner from now
    /// on, unless this throws.</param>
    /// <param name="options">How it behaves.</param>
    /// <returns>The link; a driver sets DRIVER_OK and rings, then either side calls <see cref="Start"/>.</returns>
    /// <exception cref="ArgumentException">The description or an option is wrong; the message says what. Shared memory
    /// is unchanged.</exception>
    public static RpmsgLink Create(RpmsgLinkDescription description, RpmsgLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return new RpmsgLink(description, options, LinkEngineFactory.Create(description));
    }

    /// <summary>Starts the link's thread. Call it once.</summary>
    /// <exception cref="InvalidOperationException">It was started or disposed already.</exception>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException($"Link '{Name}' was started or disposed already; a link starts once.");
        }

        Log.LinkUp(
            Logger,
            Name,
            Role,
            Engine.TransmitBufferCount,
            Engine.ReceiveBufferCount,
            MaxPayloadBytes);
        RpmsgMetrics.Add(this);
        _thread.Start();
    }

    /// <summary>What the link has done so far. Allocates nothing.</summary>
    /// <returns>The counters.</returns>
    public RpmsgLinkStatistics GetStatistics()
    {
        var statistics = new RpmsgLinkStatistics
        {
            ThreadWaits = _threadWaits,
            DroppedQueueFull = (ulong)Interlocked.Read(ref _droppedQueueFull),
            DroppedNoEndpoint = _droppedNoEndpoint,
            DroppedAnnouncements = _droppedAnnouncements,
        };
        Engine.Collect(ref statistics);
        return statistics;
    }

    /// <summary>Ends the link: endpoints are disposed and the peer told of it, the thread ends, the memory is let
    /// go.</summary>
    /// <returns>Completes when all that is done. Called on the link's own thread, by an inline handler, it completes
    /// before the thread has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        bool onLinksThread = Environment.CurrentManagedThreadId == _thread.ManagedThreadId;
        if (CloseReason == RpmsgCloseReason.None)
        {
            // All at once: they share one deadline for telling the peer.
            RpmsgEndpoint[] endpoints = _directory.Snapshot();
            await Task.WhenAll(Array.ConvertAll(endpoints, static endpoint => endpoint.DisposeAsync().AsTask()))
                .ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            // Never started: there is no thread to do it.
            Close(RpmsgCloseReason.Disposed);
            Shut();
            _threadEnded.TrySetResult();
            return;
        }

        _stopRequested = true;
        Wake();
        if (!onLinksThread)
        {
            await _threadEnded.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Wakes the link's thread.</summary>
    internal void Wake()
    {
        _interrupt = true;
        if (!_isShut)
        {
            _doorbell.Wake();
        }
    }

    internal bool TryHold(in RpmsgBuffer buffer, out BufferLease lease)
        => Engine.TryHold(buffer, Math.Max(1, Engine.ReceiveBufferCount * 3 / 4), out lease);

    internal void ReleaseHeld(in BufferLease lease)
    {
        Engine.ReleaseHeld(lease);
        ReleaseMemoryIfLast();
    }

    /// <summary>Gives a rented buffer back unless it was sent.</summary>
    internal void ReleaseUnsent(in BufferLease lease)
    {
        if (Engine.IsLeaseCurrent(lease))
        {
            Engine.ReleaseLease(lease);
            ReleaseMemoryIfLast();
        }
    }

    /// <summary>Sends a rented buffer. When the link has ended the buffer is given back.</summary>
    internal RpmsgSendResult SendLease(in BufferLease lease, uint source, uint destination, int lengthBytes)
    {
        RpmsgSendResult result = Engine.SendLease(lease, source, destination, lengthBytes);
        if (result == RpmsgSendResult.Broken)
        {
            ReleaseMemoryIfLast();
        }

        return result;
    }

    /// <summary>Fills a buffer that was just rented and sends it, or gives it back.</summary>
    internal RpmsgSendResult SendCopy(
        in BufferLease lease,
        uint source,
        uint destination,
        ReadOnlySpan<byte> payload)
    {
        if ((uint)payload.Length > lease.Buffer.PayloadCapacityBytes)
        {
            ReleaseUnsent(lease);
            return RpmsgSendResult.TooLong;
        }

        unsafe
        {
            // SAFETY: the lease is current, so the buffer is this side's and its memory is mapped; it is long enough.
            payload.CopyTo(new Span<byte>(lease.Buffer.Payload, payload.Length));
        }

        return SendLease(lease, source, destination, payload.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<BufferLease> RentAsync(CancellationToken cancellationToken)
    {
        SendWaiter waiter = SendWaiter.Rent();
        if (!Engine.TryEnqueue(waiter, out RpmsgSendResult result, out BufferLease lease))
        {
            waiter.Recycle();
            return result == RpmsgSendResult.Sent ? lease : throw BrokenException();
        }

        // The thread may be blocked without a limit; it looks after waiters in a loop with one.
        ValueTask<BufferLease> wait = waiter.WaitAsync(Engine, cancellationToken);
        Wake();
        if (CloseReason != RpmsgCloseReason.None)
        {
            // It ended between the two: nobody else would end the wait.
            Engine.FailWaiters(BrokenException());
        }

        return await wait.ConfigureAwait(false);
    }

    internal RpmsgClosedException BrokenException()
    {
        RpmsgCloseReason reason = CloseReason;
        if (reason == RpmsgCloseReason.None && Engine.IsBroken)
        {
            // The link's thread may sleep, and ends the link when it looks.
            reason = RpmsgCloseReason.PeerBroken;
            Wake();
        }

        return RpmsgClosedException.For($"Link '{Name}'", reason);
    }

    internal void CountDropped() => Interlocked.Increment(ref _droppedQueueFull);

    private void ThrowIfClosed()
    {
        if (CloseReason != RpmsgCloseReason.None)
        {
            throw BrokenException();
        }
    }

    /// <summary>Ends everything that stands on the link, but lets go of nothing.</summary>
    private void Close(RpmsgCloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, 0) != 0)
        {
            return;
        }

        Log.LinkEnded(Logger, Name, reason);
        RpmsgMetrics.Remove(this);
        Engine.FailWaiters(BrokenException());
        foreach (RpmsgEndpoint endpoint in _directory.Snapshot())
        {
            _ = endpoint.Close(reason);
        }

        CloseListeners(reason);
        _completion.TrySetResult(reason);
    }

    /// <summary>Lets go of the doorbell and, if the program has no buffers, of the memory.</summary>
    private void Shut()
    {
        Engine.Shut();
        _isShut = true;
        _doorbell.Dispose();
        if (Engine.OutstandingCount > 0)
        {
            Log.BuffersOutstanding(Logger, Name, Engine.OutstandingCount);
        }

        ReleaseMemoryIfLast();
    }

    private void ReleaseMemoryIfLast()
    {
        if (_isShut && Engine.OutstandingCount == 0 && Interlocked.Exchange(ref _memoryReleased, 1) == 0)
        {
            Engine.Dispose();
            _directory.Dispose();
            _memoryOwner?.Dispose();
        }
    }
}
