// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>A pipe of whole messages that one endpoint has to itself.</summary>
/// <remarks>Sending and receiving go on at the same time, each one call at a time. Disposing may come at any time and
/// ends both.</remarks>
public abstract class RpmsgPort : IAsyncDisposable
{
    /// <summary>The endpoint's own address, or <see cref="RpmsgAddress.Any"/> when the carrier does not tell.
    /// </summary>
    public abstract uint LocalAddress { get; }

    /// <summary>The peer's address, or <see cref="RpmsgAddress.Any"/> while it is not known.</summary>
    public abstract uint RemoteAddress { get; }

    /// <summary>Whether a message can go to any address, and not only to <see cref="RemoteAddress"/>. Default: no.
    /// </summary>
    public virtual bool SendsAnywhere => false;

    /// <summary>Why the port has ended, or null while it has not.</summary>
    public abstract RpmsgClosedException? Ending { get; }

    /// <summary>Waits until the peer's address is known. Default: it is never learned this way, only from the source
    /// of a message.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address.</returns>
    public virtual async ValueTask<uint> WaitForRemoteAsync(CancellationToken cancellationToken)
    {
        if (RemoteAddress == RpmsgAddress.Any)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        return RemoteAddress;
    }

    /// <summary>Sends a message if there is room. Does not wait, allocates nothing.</summary>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <param name="destination">The address it goes to: <see cref="RemoteAddress"/>, or any other when
    /// <see cref="SendsAnywhere"/>.</param>
    /// <returns>What came of it.</returns>
    public abstract RpmsgPortSendResult TrySend(ReadOnlySpan<byte> payload, uint destination);

    /// <summary>Waits until it may be worth trying to send again. May end early, and ends when the port does.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when there may be room.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public abstract ValueTask WaitToSendAsync(CancellationToken cancellationToken);

    /// <summary>Receives the next message. Nothing is read from the carrier while this is not called, so that a program
    /// that falls behind holds up its own port only.</summary>
    /// <param name="buffer">Room for <see cref="RpmsgCarrier.MaxPayloadBytes"/>.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The message.</returns>
    /// <exception cref="RpmsgClosedException">The port has ended and every message was read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask<RpmsgPortMessage> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Closes the port, and withdraws what was announced for it. Messages not yet read are dropped.</summary>
    /// <returns>Completes when that is done.</returns>
    public abstract ValueTask DisposeAsync();
}
