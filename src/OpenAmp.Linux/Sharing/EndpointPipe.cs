// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Carries the messages of one endpoint between its link and another program.</summary>
/// <remarks>Both ways wait: a message for which the ring has no buffer is not taken from the socket meanwhile, and one
/// that the other program does not take waits in the endpoint's queue, which is bounded. So each holds up only its
/// own endpoint.</remarks>
internal sealed class EndpointPipe(
    SharingConnection connection,
    RpmsgEndpoint endpoint,
    SharingOptions options,
    SharingCounters counters)
{
    private const int LeastBufferBytes = 512;

    /// <summary>Runs until the endpoint ends or the other program does, and tells why.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        uint remote = endpoint.RemoteAddress;
        var opening = new SharedOpening(
            endpoint.LocalAddress, endpoint.MaxPayloadBytes, remote == RpmsgAddress.Any ? null : remote);
        using var limit = new CancellationTokenSource(options.PatienceTimeout);
        if (!await connection.TrySendAsync(new SharingPacket { Open = opening }, limit.Token).ConfigureAwait(false))
        {
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SharedEnd> sending = SendAllAsync(ending.Token);
        Task receiving = ReceiveAllAsync(ending.Token);
        Task bound = remote == RpmsgAddress.Any ? TellBoundAsync(ending.Token) : Task.CompletedTask;
        _ = await Task.WhenAny(sending, endpoint.Completion).ConfigureAwait(false);
        bool hasEnded = endpoint.Completion.IsCompleted;
        if (hasEnded)
        {
            // What came before the end is handed on first, for as long as the other program takes it.
            ending.CancelAfter(options.PatienceTimeout);
            await receiving.ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving, bound).ConfigureAwait(false);
        SharedEnd end = await sending.ConfigureAwait(false);
        end = hasEnded ? await DescribeEndAsync().ConfigureAwait(false) : end;
        counters.Dropped(endpoint.DroppedCount);

        // Before it is told, so that who is told can rely on it.
        await endpoint.DisposeAsync().ConfigureAwait(false);
        end = end with { Dropped = endpoint.DroppedCount };
        _ = await connection.TrySendAsync(new SharingPacket { End = end }.ToBytes(), options.PatienceTimeout)
            .ConfigureAwait(false);
    }

    private async Task<SharedEnd> DescribeEndAsync()
    {
        // It is not the other program that disposed it.
        RpmsgCloseReason reason = await endpoint.Completion.ConfigureAwait(false);
        return reason == RpmsgCloseReason.Disposed
            ? new SharedEnd(
                RpmsgCloseReason.PeerGone, 0, "the program that has the link ended it, or stopped its processor")
            : new SharedEnd(reason, 0);
    }

    /// <summary>From the other program to the link.</summary>
    /// <returns>What ended it.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "It is told the other program.")]
    private async Task<SharedEnd> SendAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> packet = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                if (packet.IsEmpty)
                {
                    return new SharedEnd(RpmsgCloseReason.Disposed, 0);
                }

                if (!MessagePacket.TryRead(packet.Span, out uint source, out uint destination))
                {
                    throw new InvalidDataException("no message, or one without an address");
                }

                await endpoint.SendOffChannelAsync(
                    packet[MessagePacket.HeaderBytes..], source, destination, cancellationToken).ConfigureAwait(false);
                counters.Sent();
            }
        }
        catch (RpmsgClosedException error)
        {
            // The endpoint ends with its link, or has ended: in a moment.
            Task end = endpoint.Completion.WaitAsync(cancellationToken);
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new SharedEnd(error.Reason, 0);
        }
        catch (OperationCanceledException)
        {
            return new SharedEnd(RpmsgCloseReason.PeerGone, 0, "the program that shared the link stopped sharing");
        }
        catch (Exception error)
        {
            counters.Malformed();
            return new SharedEnd(RpmsgCloseReason.Failed, 0, $"the last packet was refused: {error.Message}");
        }
    }

    /// <summary>From the link to the other program.</summary>
    private async Task ReceiveAllAsync(CancellationToken cancellationToken)
    {
        byte[] packet = new byte[MessagePacket.HeaderBytes + LeastBufferBytes];
        try
        {
            while (true)
            {
                using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                int length = MessagePacket.HeaderBytes + message.LengthBytes;
                if (packet.Length < length)
                {
                    packet = new byte[length];
                }

                MessagePacket.WriteHeader(packet, message.Source, message.Destination);
                message.Payload.CopyTo(packet.AsSpan(MessagePacket.HeaderBytes));
                if (!await connection.TrySendAsync(packet.AsMemory(0, length), cancellationToken)
                    .ConfigureAwait(false))
                {
                    return;
                }

                counters.Received();
            }
        }
        catch (RpmsgClosedException)
        {
            // All that came before was handed on.
        }
        catch (OperationCanceledException)
        {
            _ = endpoint.Completion.IsCompleted ? counters.TimedOut() : 0;
        }
    }

    private async Task TellBoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            uint remote = await endpoint.WaitForRemoteAsync(cancellationToken).ConfigureAwait(false);
            _ = await connection.TrySendAsync(new SharingPacket { Bound = remote }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpmsgClosedException or OperationCanceledException)
        {
            // It ended first, and that is told.
        }
    }
}
