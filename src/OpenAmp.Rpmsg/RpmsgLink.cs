// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Rpmsg;

/// <summary>A link to a peer, and the endpoints that share it.</summary>
/// <remarks>
/// <para>Open to every thread. It stands on rings in shared memory that this process serves, or on message pipes of
/// somebody else, a <see cref="RpmsgCarrier"/>: endpoints are the same on both.</para>
/// <para>A link ends once: when it is disposed, when the peer goes away, or when the peer breaks a ring. Every endpoint
/// and every wait ends with it, with the same reason. A peer that comes back gets a new link.</para>
/// </remarks>
public abstract partial class RpmsgLink : IAsyncDisposable
{
    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile int _closeReason;
    private int _started;
    private long _droppedQueueFull;

    private protected RpmsgLink(RpmsgLinkOptions options) => Options = options;

    /// <summary>Name of the link in logs, metrics and exceptions.</summary>
    public string Name => Options.Name;

    /// <summary>Which side this is.</summary>
    public abstract VirtioRole Role { get; }

    /// <summary>The longest payload that a message carries, in bytes. On the device's side it is 0 until the driver has
    /// offered a buffer.</summary>
    public abstract int MaxPayloadBytes { get; }

    /// <summary>Number of endpoints now.</summary>
    public abstract int EndpointCount { get; }

    /// <summary>Completes when the link has ended, with the reason. Never fails.</summary>
    public Task<RpmsgCloseReason> Completion => _completion.Task;

    internal TimeSpan GoodbyeTimeout => Options.GoodbyeTimeout;

    internal ILogger Logger => Options.Logger;

    private protected RpmsgLinkOptions Options { get; }

    private protected RpmsgCloseReason CloseReason => (RpmsgCloseReason)_closeReason;

    private protected ulong DroppedQueueFull => (ulong)Interlocked.Read(ref _droppedQueueFull);

    /// <summary>Sets up this side of a link on rings. A driver resets the rings and posts its receive buffers, without
    /// a kick; a device takes the rings as they are, so DRIVER_OK must have been seen.</summary>
    /// <remarks>One thread of the link's own receives, watches the doorbell and hands messages to endpoints.</remarks>
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
        return new RingLink(description, options, LinkEngineFactory.Create(description));
    }

    /// <summary>Sets up a link whose messages somebody else carries.</summary>
    /// <remarks>It has no thread: each endpoint reads its own port, on the thread pool or wherever the port completes a
    /// read. Options that concern rings and addresses (<see cref="RpmsgLinkOptions.WaitMode"/>,
    /// <see cref="RpmsgLinkOptions.FirstDynamicAddress"/> and the like) do not apply.</remarks>
    /// <param name="carrier">Who carries them. The link owns it from now on, unless this throws.</param>
    /// <param name="options">How the link behaves.</param>
    /// <returns>The link; call <see cref="Start"/>.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message says what.</exception>
    public static RpmsgLink Create(RpmsgCarrier carrier, RpmsgLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return new CarrierLink(carrier, options);
    }

    /// <summary>Starts the link: from now on it receives. Call it once.</summary>
    /// <exception cref="InvalidOperationException">It was started or disposed already.</exception>
    public void Start()
    {
        if (!TryBegin())
        {
            throw new InvalidOperationException($"Link '{Name}' was started or disposed already; a link starts once.");
        }

        RpmsgMetrics.Add(this);
        Run();
    }

    /// <summary>What the link has done so far. Allocates nothing.</summary>
    /// <returns>The counters.</returns>
    public abstract RpmsgLinkStatistics GetStatistics();

    /// <summary>Ends the link: endpoints are disposed and the peer told of it, and all that the link holds is let
    /// go.</summary>
    /// <returns>Completes when all that is done. Called by an inline handler, it completes before the handler's thread
    /// has ended.</returns>
    public abstract ValueTask DisposeAsync();

    internal void CountDropped() => Interlocked.Increment(ref _droppedQueueFull);

    internal virtual RpmsgClosedException BrokenException()
        => RpmsgClosedException.For($"Link '{Name}'", CloseReason);

    /// <summary>Begins to receive.</summary>
    private protected abstract void Run();

    /// <summary>All endpoints of this moment.</summary>
    private protected abstract RpmsgEndpoint[] SnapshotEndpoints();

    /// <summary>Ends the waits that are the link's and no endpoint's.</summary>
    private protected abstract void FailWaiters();

    /// <summary>Claims the link's one start. False when it was claimed before.</summary>
    private protected bool TryBegin() => Interlocked.Exchange(ref _started, 1) == 0;

    /// <summary>Disposes all endpoints at once: they share one deadline for telling the peer.</summary>
    private protected async Task DisposeEndpointsAsync()
    {
        if (CloseReason == RpmsgCloseReason.None)
        {
            RpmsgEndpoint[] endpoints = SnapshotEndpoints();
            await Task.WhenAll(Array.ConvertAll(endpoints, static endpoint => endpoint.DisposeAsync().AsTask()))
                .ConfigureAwait(false);
        }
    }

    private protected void ThrowIfClosed()
    {
        if (CloseReason != RpmsgCloseReason.None)
        {
            throw BrokenException();
        }
    }

    /// <summary>Ends everything that stands on the link, but lets go of nothing.</summary>
    private protected void Close(RpmsgCloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, 0) != 0)
        {
            return;
        }

        Log.LinkEnded(Logger, Name, reason);
        RpmsgMetrics.Remove(this);
        FailWaiters();
        foreach (RpmsgEndpoint endpoint in SnapshotEndpoints())
        {
            _ = endpoint.Close(reason);
        }

        CloseListeners(reason);
        Complete();
    }

    private protected void Complete() => _completion.TrySetResult(CloseReason);

    [SuppressMessage("Design", "CA1031", Justification = "The logger may be what failed; nobody is left to be told.")]
    private protected void ReportFailure(Exception exception)
    {
        try
        {
            Log.ThreadFailed(Logger, exception, Name);
        }
        catch (Exception)
        {
            System.Diagnostics.Trace.TraceError(
                $"Link '{Name}': its thread failed, and so did its logger: {exception}");
        }
    }
}
