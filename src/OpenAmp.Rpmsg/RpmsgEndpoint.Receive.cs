// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

public sealed partial class RpmsgEndpoint
{
    /// <summary>Receives the next message. Allocates nothing once warm.</summary>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The message; dispose it when done.</returns>
    /// <exception cref="RpmsgClosedException">The endpoint has ended and every message was read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The endpoint has an inline handler, or another receive
    /// waits.</exception>
    public ValueTask<RpmsgMessage> ReceiveAsync(CancellationToken cancellationToken)
        => TryReceive(out RpmsgMessage message)
            ? new ValueTask<RpmsgMessage>(message)
            : ReceiveSlowAsync(cancellationToken);

    /// <summary>Takes a message that has arrived. Does not wait, allocates nothing.</summary>
    /// <param name="message">The message; dispose it when done.</param>
    /// <returns><see langword="false"/> when there is none now.</returns>
    /// <exception cref="InvalidOperationException">The endpoint has an inline handler.</exception>
    public bool TryReceive(out RpmsgMessage message)
    {
        if (_options.InlineHandler is not null)
        {
            throw new InvalidOperationException(
                $"Endpoint {Describe()} has an inline handler; it gets every message, so there is none to receive.");
        }

        bool received = _queue.TryRead(out message, out bool madeRoom);
        if (madeRoom)
        {
            Path.Wake();
        }

        return received;
    }

    /// <summary>Receives every message until the endpoint ends.</summary>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The messages. The sequence ends when this side or the peer ended the endpoint in good order.</returns>
    /// <exception cref="RpmsgClosedException">The endpoint ended in bad order: the peer went away or is
    /// broken.</exception>
    public async IAsyncEnumerable<RpmsgMessage> ReceiveAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryReceive(out RpmsgMessage message))
            {
                yield return message;
            }

            if (!await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        if (CloseReason is not (RpmsgCloseReason.Disposed or RpmsgCloseReason.RemoteDestroyed))
        {
            throw ClosedException();
        }
    }

    /// <summary>Takes one message from the link's thread, which is in the endpoint's gate.</summary>
    internal DeliveryOutcome Deliver(in RpmsgDelivery delivery)
    {
        if (RemoteAddress == RpmsgAddress.Any && delivery.Source != RpmsgAddress.Any)
        {
            _ = Bind(delivery.Source);
        }

        if (_options.InlineHandler is { } handler)
        {
            return Handle(handler, delivery);
        }

        bool pause = _options.WhenFull == ReceiveFullMode.PauseLink;
        if (_queue.TryWrite(delivery, wantRoom: pause) || CloseReason != RpmsgCloseReason.None)
        {
            return DeliveryOutcome.Done;
        }

        if (pause)
        {
            return DeliveryOutcome.Stalled;
        }

        if (Interlocked.Increment(ref _droppedCount) == 1)
        {
            Log.QueueFull(Link.Logger, Link.Name, Describe(), _options.ReceiveQueueCapacity);
        }

        Link.CountDropped();
        return DeliveryOutcome.Done;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A handler may throw anything; it ends the endpoint.")]
    private DeliveryOutcome Handle(RpmsgMessageHandler handler, in RpmsgDelivery delivery)
    {
        var message = new RpmsgInlineMessage(Path, delivery);
        Path.IsDeliveryHeld = false;
        if (!IsOpen)
        {
            return DeliveryOutcome.Done;
        }

        try
        {
            handler(this, ref message);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(Link.Logger, exception, Link.Name, Describe());
            _ = Close(RpmsgCloseReason.HandlerFailed, exception);
        }

        return Path.IsDeliveryHeld ? DeliveryOutcome.Held : DeliveryOutcome.Done;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RpmsgMessage> ReceiveSlowAsync(CancellationToken cancellationToken)
    {
        RpmsgMessage message;
        while (!TryReceive(out message))
        {
            if (!await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw ClosedException();
            }
        }

        return message;
    }
}
