// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>A link's rings, whatever role this side has. Sending and giving back are open to every thread; receiving
/// belongs to the link's thread.</summary>
internal abstract class LinkEngine : MessagePath, IDisposable
{
    /// <summary>Messages taken in one go at most: their buffers are given back together.</summary>
    public const int MaxBatchSize = 64;

    /// <summary>Whose rings these are. Set once, by the link.</summary>
    public RingLink Link { get; set; } = null!;

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

    /// <summary>Lines up for a transmit buffer. False, with a lease or a final result, when there is no need to
    /// wait.</summary>
    public abstract bool TryEnqueue(SendWaiter waiter, out RpmsgSendResult result, out BufferLease lease);

    /// <summary>Ends the wait of everybody in the line.</summary>
    public abstract void FailWaiters(Exception exception);

    /// <summary>Gives free buffers to those who wait. True when somebody got one.</summary>
    public abstract bool ServeWaiters();

    public abstract RpmsgSendResult SendLease(in BufferLease lease, uint source, uint destination, int lengthBytes);

    public abstract void ReleaseLease(in BufferLease lease);

    /// <summary>Receives a batch. Only the link's thread.</summary>
    public abstract int Drain(RingLink link);

    /// <summary>Makes a received buffer the program's until it is given back. Only during
    /// <see cref="Drain"/>.</summary>
    public abstract bool TryHold(in RpmsgBuffer buffer, int maxHeldCount, out BufferLease lease);

    public abstract void ReleaseHeld(in BufferLease lease);

    /// <summary>Watches the receive ring. True when a message is there; false when time ran out or
    /// <paramref name="interrupt"/> was set.</summary>
    public abstract bool Watch(TimeSpan time, ref bool interrupt);

    /// <summary>Asks the peer to ring for messages, or not to. True when there is a message already.</summary>
    public abstract bool SetReceiveNotifications(bool wanted);

    /// <summary>Whether the driver has reset a ring that this side used as a device: all that is known of it is void.
    /// Takes both gates, so it is for the times when the link's thread was asleep.</summary>
    public abstract bool AreRingsReset { get; }

    /// <summary>Where a device is in the two available rings: all before was taken and, if it was a message, handed on.
    /// Of a link that has ended. 0 for a driver.</summary>
    public abstract (ushort ToDriver, ushort ToDevice) TakenIndices { get; }

    /// <summary>Ends all use of shared memory but by those who have buffers. Final.</summary>
    public abstract void Shut();

    public abstract void Collect(ref RpmsgLinkStatistics statistics);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public sealed override async ValueTask SendAsync(
        RpmsgEndpoint endpoint,
        ReadOnlyMemory<byte> payload,
        uint source,
        uint destination,
        CancellationToken cancellationToken)
    {
        BufferLease lease = await RentAsync(cancellationToken).ConfigureAwait(false);
        if (!endpoint.IsOpen)
        {
            ReleaseUnsent(lease);
            throw endpoint.ClosedException();
        }

        _ = endpoint.Check(SendCopy(lease, source, destination, payload.Span), payload.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public sealed override async ValueTask<BufferLease> RentAsync(CancellationToken cancellationToken)
    {
        SendWaiter waiter = SendWaiter.Rent();
        if (!TryEnqueue(waiter, out RpmsgSendResult result, out BufferLease lease))
        {
            waiter.Recycle();
            return result == RpmsgSendResult.Sent ? lease : throw BrokenException();
        }

        // The thread may be blocked without a limit; it looks after waiters in a loop with one.
        ValueTask<BufferLease> wait = waiter.WaitAsync(this, cancellationToken);
        Link.Wake();
        if (Link.IsEnded)
        {
            // It ended between the two: nobody else would end the wait.
            FailWaiters(BrokenException());
        }

        return await wait.ConfigureAwait(false);
    }

    public sealed override RpmsgSendResult SendRented(
        in BufferLease lease,
        uint source,
        uint destination,
        int lengthBytes)
    {
        RpmsgSendResult result = SendLease(lease, source, destination, lengthBytes);
        if (result == RpmsgSendResult.Broken)
        {
            Link.ReleaseMemoryIfLast();
        }

        return result;
    }

    /// <summary>Fills a buffer that was just rented and sends it, or gives it back.</summary>
    public RpmsgSendResult SendCopy(in BufferLease lease, uint source, uint destination, ReadOnlySpan<byte> payload)
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

        return SendRented(lease, source, destination, payload.Length);
    }

    public sealed override void ReleaseUnsent(in BufferLease lease)
    {
        if (IsLeaseCurrent(lease))
        {
            ReleaseLease(lease);
            Link.ReleaseMemoryIfLast();
        }
    }

    public sealed override bool TryHold(in RpmsgBuffer buffer, out BufferLease lease)
        => TryHold(buffer, Math.Max(1, ReceiveBufferCount * 3 / 4), out lease);

    public sealed override void GiveBackHeld(in BufferLease lease)
    {
        ReleaseHeld(lease);
        Link.ReleaseMemoryIfLast();
    }

    public sealed override void Wake() => Link.Wake();

    public sealed override void AskToLeave() => Link.AskToLeave();

    public sealed override void End(RpmsgCloseReason reason) => Link.Wake();

    public sealed override RpmsgClosedException BrokenException() => Link.BrokenException();

    /// <summary>Frees the engine's own memory. The rings must not be used after.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
