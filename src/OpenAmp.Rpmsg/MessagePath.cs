// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>What an endpoint sends through, and where its received messages lie: its link's rings, or a port of the
/// endpoint's own. Open to every thread.</summary>
internal abstract class MessagePath
{
    public abstract int MaxPayloadBytes { get; }

    /// <summary>Whether the program keeps the message that a handler is looking at. The delivering thread's.</summary>
    public bool IsDeliveryHeld { get; set; }

    public abstract RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload, bool flush);

    /// <summary>Sends a message, waiting in line for a buffer. Throws what the endpoint's verbs throw.</summary>
    public abstract ValueTask SendAsync(
        RpmsgEndpoint endpoint,
        ReadOnlyMemory<byte> payload,
        uint source,
        uint destination,
        CancellationToken cancellationToken);

    /// <summary>Shows the peer what was sent without a flush.</summary>
    public abstract void Flush();

    /// <summary>Takes a transmit buffer unless others wait for one.</summary>
    public abstract RpmsgSendResult TryRent(out BufferLease lease);

    /// <summary>Takes a transmit buffer, waiting in line for it.</summary>
    public abstract ValueTask<BufferLease> RentAsync(CancellationToken cancellationToken);

    /// <summary>Leaves the line. False when the waiter's turn has come already.</summary>
    public abstract bool TryCancel(SendWaiter waiter);

    /// <summary>Sends a rented buffer. When the path has ended the buffer is given back.</summary>
    public abstract RpmsgSendResult SendRented(in BufferLease lease, uint source, uint destination, int lengthBytes);

    /// <summary>Gives a rented buffer back unless it was sent.</summary>
    public abstract void ReleaseUnsent(in BufferLease lease);

    public abstract bool IsLeaseCurrent(in BufferLease lease);

    /// <summary>Makes a received buffer the program's until it is given back. Only while it is delivered. False when
    /// the program has three quarters of them.</summary>
    public abstract bool TryHold(in RpmsgBuffer buffer, out BufferLease lease);

    public abstract void GiveBackHeld(in BufferLease lease);

    public abstract bool IsHeldCurrent(in BufferLease lease);

    /// <summary>Tells whoever delivers that a full receive queue has room again.</summary>
    public abstract void Wake();

    /// <summary>Asks whoever delivers to leave the endpoint's gate, for somebody who waits to close it.</summary>
    public abstract void AskToLeave();

    /// <summary>Waits until all that was sent is on its way, no longer than the limit.</summary>
    public virtual ValueTask DrainAsync(TimeSpan limit) => ValueTask.CompletedTask;

    /// <summary>An endpoint that used the path has ended.</summary>
    public abstract void End(RpmsgCloseReason reason);

    /// <summary>Why nothing can be sent any more.</summary>
    public abstract RpmsgClosedException BrokenException();
}
