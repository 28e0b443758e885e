// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;

namespace OpenAmp.Linux;

/// <summary>Counts what other programs do. Any thread.</summary>
internal sealed class SharingCounters
{
    private int _connections;
    private int _endpoints;
    private int _traces;
    private long _connectionsSeen;
    private long _refusedTooMany;
    private long _refusedForeign;
    private long _refusedNotAllowed;
    private long _malformed;
    private long _timedOut;
    private long _sent;
    private long _received;
    private long _dropped;

    internal SharingStatistics Snapshot => new()
    {
        Connections = Interlocked.CompareExchange(ref _connections, 0, 0),
        Endpoints = Interlocked.CompareExchange(ref _endpoints, 0, 0),
        ConnectionsSeen = Interlocked.Read(ref _connectionsSeen),
        RefusedTooMany = Interlocked.Read(ref _refusedTooMany),
        RefusedForeign = Interlocked.Read(ref _refusedForeign),
        RefusedNotAllowed = Interlocked.Read(ref _refusedNotAllowed),
        MalformedPackets = Interlocked.Read(ref _malformed),
        TimedOut = Interlocked.Read(ref _timedOut),
        MessagesSent = Interlocked.Read(ref _sent),
        MessagesReceived = Interlocked.Read(ref _received),
        MessagesDropped = Interlocked.Read(ref _dropped),
    };

    /// <summary>Counts a connection. False when there are as many already; it counts all the same until it leaves.
    /// </summary>
    internal bool TryEnter(int limit)
    {
        Interlocked.Increment(ref _connectionsSeen);
        bool fits = Interlocked.Increment(ref _connections) <= limit;
        _ = fits ? 0 : Interlocked.Increment(ref _refusedTooMany);
        return fits;
    }

    internal void Leave() => Interlocked.Decrement(ref _connections);

    internal bool TryEnterTrace(int limit)
    {
        bool fits = Interlocked.Increment(ref _traces) <= limit;
        _ = fits ? 0 : Interlocked.Increment(ref _refusedTooMany);
        return fits;
    }

    internal void LeaveTrace() => Interlocked.Decrement(ref _traces);

    internal void EnterEndpoint() => Interlocked.Increment(ref _endpoints);

    internal void LeaveEndpoint() => Interlocked.Decrement(ref _endpoints);

    internal void NoDescriptor() => Interlocked.Increment(ref _refusedTooMany);

    internal void Foreign() => Interlocked.Increment(ref _refusedForeign);

    internal void NotAllowed() => Interlocked.Increment(ref _refusedNotAllowed);

    internal void Malformed() => Interlocked.Increment(ref _malformed);

    internal long TimedOut() => Interlocked.Increment(ref _timedOut);

    internal void Sent() => Interlocked.Increment(ref _sent);

    internal void Received() => Interlocked.Increment(ref _received);

    internal void Dropped(long count) => Interlocked.Add(ref _dropped, count);
}
