// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A link's rings, whatever role this side has. Sending and giving back are open to every thread; receiving
/// belongs to the link's thread.</summary>
internal abstract class LinkEngine : IDisposable
{
    /// <summary>Messages taken in one go at most: their buffers are given back together.</summary>
    public const int MaxBatchSize = 64;

    public abstract int MaxPayloadBytes { get; }

    public abstract int TransmitBufferCount { get; }

    public abstract int ReceiveBufferCount { get; }

    /// <summary>Whether a ring is beyond use.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>Whether a message waits for its endpoint's reader, and all that follow wait behind it.</summary>
    public abstract bool IsStalled { get; }

    /// <summary>Buffers that the program rented or holds.</summary>
    public abstract int OutstandingCount { get; }

    /// <summary>Whether somebody waits for a transmit buffer.</summary>
    public abstract bool HasWaiters { get; }

    public abstract RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload, bool flush);

    /// <summary>Takes a transmit buffer unless others wait for one.</summary>
    public abstract RpmsgSendResult TryRent(out BufferLease lease);

    /// <summary>Lines up for a transmit buffer. False, with a lease or a final result, when there is no need to
    /// wait.</summary>
    public abstract bool TryEnqueue(SendWaiter waiter, out RpmsgSendResult result, out BufferLease lease);

    /// <summary>Leaves the line. False when the waiter's turn has come already.</summary>
    public abstract bool TryCancel(SendWaiter waiter);

    /// <summary>Ends the wait of everybody in the line.</summary>
    public abstract void FailWaiters(Exception exception);

    /// <summary>Gives free buffers to those who wait. True when somebody got one.</summary>
    public abstract bool ServeWaiters();

    public abstract RpmsgSendResult SendLease(in BufferLease lease, uint source, uint destination, int lengthBytes);

    public abstract void ReleaseLease(in BufferLease lease);

    public abstract bool IsLeaseCurrent(in BufferLease lease);

    /// <summary>Shows the peer what was sent without a flush.</summary>
    public abstract void Flush();

    /// <summary>Receives a batch. Only the link's thread.</summary>
    public abstract int Drain(RpmsgLink link);

    /// <summary>Makes a received buffer the program's until it is given back. Only during
    /// <see cref="Drain"/>.</summary>
    public abstract bool TryHold(in RpmsgBuffer buffer, int maxHeldCount, out BufferLease lease);

    public abstract void ReleaseHeld(in BufferLease lease);

    public abstract bool IsHeldCurrent(in BufferLease lease);

    /// <summary>Watches the receive ring. True when a message is there; false when time ran out or
    /// <paramref name="interrupt"/> was set.</summary>
    public abstract bool Watch(TimeSpan time, ref bool interrupt);

    /// <summary>Asks the peer to ring for messages, or not to. True when there is a message already.</summary>
    public abstract bool SetReceiveNotifications(bool wanted);

    /// <summary>Ends all use of shared memory but by those who have buffers. Final.</summary>
    public abstract void Shut();

    public abstract void Collect(ref RpmsgLinkStatistics statistics);

    /// <summary>Frees the engine's own memory. The rings must not be used after.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
