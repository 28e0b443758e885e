// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

public sealed partial class RpmsgEndpoint
{
    /// <summary>Sends a message to the peer, waiting for its address and for a free buffer as long as the token
    /// allows. Allocates nothing once warm.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing was sent.</param>
    /// <returns>Completes when the message is in the peer's ring.</returns>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        => RemoteAddress is var remote and not RpmsgAddress.Any
            ? SendToAsync(payload, remote, cancellationToken)
            : SendWhenBoundAsync(payload, cancellationToken);

    /// <summary>Sends a message to any address, waiting for a free buffer as long as the token allows.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="destination">The address.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing was sent.</param>
    /// <returns>Completes when the message is in the peer's ring.</returns>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The destination is no address.</exception>
    /// <exception cref="NotSupportedException">The link's carrier sends from here to the peer only.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask SendToAsync(ReadOnlyMemory<byte> payload, uint destination, CancellationToken cancellationToken)
        => SendFromAsync(payload, LocalAddress, destination, cancellationToken);

    /// <summary>Sends a message from any address to any address, waiting for a free buffer as long as the token
    /// allows.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="source">The address it says it comes from.</param>
    /// <param name="destination">The address it goes to.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing was sent.</param>
    /// <returns>Completes when the message is in the peer's ring.</returns>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An address is none.</exception>
    /// <exception cref="NotSupportedException">The link's carrier sends from here to the peer only.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask SendOffChannelAsync(
        ReadOnlyMemory<byte> payload,
        uint source,
        uint destination,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(source, RpmsgAddress.Any);
        return SendFromAsync(payload, source, destination, cancellationToken);
    }

    /// <summary>Sends a message to the peer if a buffer is free. Does not wait, allocates nothing.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="more">Whether more messages follow at once: then the peer is shown them together, at the next
    /// message without this or at <see cref="Flush"/>, which is much cheaper.</param>
    /// <returns><see langword="false"/> when no buffer is free, or others wait for one; nothing was sent.</returns>
    /// <exception cref="InvalidOperationException">The peer's address is not known yet.</exception>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    public bool TrySend(ReadOnlySpan<byte> payload, bool more = false)
        => Check(Path.TrySend(LocalAddress, RequireRemote(), payload, flush: !more), payload.Length);

    /// <summary>Sends a message to any address if a buffer is free. Does not wait, allocates nothing.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="destination">The address.</param>
    /// <returns><see langword="false"/> when no buffer is free, or others wait for one; nothing was sent.</returns>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The destination is no address.</exception>
    /// <exception cref="NotSupportedException">The link's carrier sends from here to the peer only.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    public bool TrySendTo(ReadOnlySpan<byte> payload, uint destination)
        => TrySendFrom(payload, LocalAddress, destination);

    /// <summary>Sends a message from any address to any address if a buffer is free. Does not wait, allocates
    /// nothing.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="source">The address it says it comes from.</param>
    /// <param name="destination">The address it goes to.</param>
    /// <returns><see langword="false"/> when no buffer is free, or others wait for one; nothing was sent.</returns>
    /// <exception cref="RpmsgMessageTooLongException">The payload is longer than a buffer holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An address is none.</exception>
    /// <exception cref="NotSupportedException">The link's carrier sends from here to the peer only.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    public bool TrySendOffChannel(ReadOnlySpan<byte> payload, uint source, uint destination)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(source, RpmsgAddress.Any);
        return TrySendFrom(payload, source, destination);
    }

    /// <summary>Shows the peer what was sent with more to follow. Does not block, allocates nothing.</summary>
    public void Flush() => Path.Flush();

    /// <summary>Borrows a free transmit buffer, to be filled in place. Does not wait, allocates nothing.</summary>
    /// <param name="buffer">The buffer; send it or dispose it.</param>
    /// <returns><see langword="false"/> when no buffer is free, or others wait for one.</returns>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    public bool TryRentSendBuffer(out RpmsgSendBuffer buffer)
    {
        ThrowIfClosed();
        bool rented = Check(Path.TryRent(out BufferLease lease), 0);
        buffer = rented ? new RpmsgSendBuffer(this, lease) : default;
        return rented;
    }

    /// <summary>Borrows a transmit buffer, waiting for one as long as the token allows.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The buffer; send it or dispose it.</returns>
    /// <exception cref="RpmsgClosedException">The endpoint has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RpmsgSendBuffer> RentSendBufferAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        BufferLease lease = await Path.RentAsync(cancellationToken).ConfigureAwait(false);
        return new RpmsgSendBuffer(this, lease);
    }

    /// <summary>Sends a rented buffer.</summary>
    internal void SendLease(in BufferLease lease, uint destination, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        if (CloseReason != RpmsgCloseReason.None)
        {
            Path.ReleaseUnsent(lease);
            throw ClosedException();
        }

        _ = Check(Path.SendRented(lease, LocalAddress, destination, lengthBytes), lengthBytes);
    }

    private ValueTask SendFromAsync(
        ReadOnlyMemory<byte> payload,
        uint source,
        uint destination,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return TrySendFrom(payload.Span, source, destination)
            ? ValueTask.CompletedTask
            : Path.SendAsync(this, payload, source, destination, cancellationToken);
    }

    private bool TrySendFrom(ReadOnlySpan<byte> payload, uint source, uint destination)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(destination, RpmsgAddress.Any);
        ThrowIfClosed();
        return Check(Path.TrySend(source, destination, payload, flush: true), payload.Length);
    }

    private uint RequireRemote()
    {
        ThrowIfClosed();
        uint remote = RemoteAddress;
        return remote != RpmsgAddress.Any ? remote : throw NoRemote();
    }

    private InvalidOperationException NoRemote()
        => new($"Endpoint {Describe()} does not know the peer's address yet; await WaitForRemoteAsync, or send to an "
            + "address.");

    internal bool Check(RpmsgSendResult result, int lengthBytes) => result switch
    {
        RpmsgSendResult.Sent => true,

        // A device does not know its limit before it has seen a buffer.
        RpmsgSendResult.NoBuffer when MaxPayloadBytes is 0 || lengthBytes <= MaxPayloadBytes => false,
        RpmsgSendResult.NoBuffer or RpmsgSendResult.TooLong =>
            throw new RpmsgMessageTooLongException(lengthBytes, MaxPayloadBytes),
        RpmsgSendResult.NoDestination => throw NoRemote(),
        _ => throw Path.BrokenException(),
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendWhenBoundAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        uint remote = await WaitForRemoteAsync(cancellationToken).ConfigureAwait(false);
        await SendToAsync(payload, remote, cancellationToken).ConfigureAwait(false);
    }
}
