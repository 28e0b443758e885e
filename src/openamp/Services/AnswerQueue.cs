// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Sends answers in the order they were given, and never drops one: at once while there are buffers, and from
/// a queue when the peer is slow to take them.</summary>
/// <remarks>Answers are given on the link's thread; the queue is drained by one task.</remarks>
internal sealed class AnswerQueue
{
    /// <summary>A peer that lets this many answers wait sends without ever receiving.</summary>
    private const int Capacity = 65_536;

    private readonly Channel<Answer> _queue = Channel.CreateBounded<Answer>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    // Answers that are queued or about to be sent from the queue: while there are any, nobody may overtake them.
    private int _waitingCount;

    /// <summary>Whether an answer may be sent at once without overtaking another.</summary>
    public bool IsEmpty => Interlocked.CompareExchange(ref _waitingCount, 0, 0) == 0;

    /// <summary>Sends an answer, or queues a copy of it.</summary>
    /// <exception cref="ServiceFailedException">Too many wait.</exception>
    public void Give(RpmsgEndpoint endpoint, ReadOnlySpan<byte> payload, uint destination)
    {
        if (!IsEmpty || !endpoint.TrySendTo(payload, destination))
        {
            byte[] copy = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(copy);
            Enqueue(new Answer(copy, payload.Length, default, destination));
        }
    }

    /// <summary>Queues the answer of a held message: its own payload. The queue releases it.</summary>
    /// <exception cref="ServiceFailedException">Too many wait.</exception>
    public void Enqueue(in RpmsgHeldBuffer held) => Enqueue(new Answer(null, 0, held, held.Source));

    /// <summary>No more answers come: <see cref="DrainAsync"/> ends once the queue is empty.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Sends queued answers, until there will be no more.</summary>
    public async Task DrainAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        await foreach (Answer answer in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await SendAsync(endpoint, answer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                answer.Release();
            }

            Interlocked.Decrement(ref _waitingCount);
        }
    }

    /// <summary>Lets go of answers that nobody will send.</summary>
    public void Clear()
    {
        while (_queue.Reader.TryRead(out Answer answer))
        {
            answer.Release();
        }
    }

    private static async ValueTask SendAsync(RpmsgEndpoint endpoint, Answer answer, CancellationToken cancellationToken)
    {
        if (answer.Copy is { } copy)
        {
            await endpoint.SendToAsync(copy.AsMemory(0, answer.LengthBytes), answer.Destination, cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        using RpmsgSendBuffer buffer = await endpoint.RentSendBufferAsync(cancellationToken).ConfigureAwait(false);
        answer.Held.Payload.CopyTo(buffer.Payload);
        buffer.SendTo(answer.Held.Payload.Length, answer.Destination);
    }

    private void Enqueue(in Answer answer)
    {
        Interlocked.Increment(ref _waitingCount);
        if (!_queue.Writer.TryWrite(answer))
        {
            answer.Release();
            throw new ServiceFailedException(
                $"{Capacity} answers wait for the peer to take them; it sends without receiving");
        }
    }

    /// <summary>Either a copy or a held message.</summary>
    private readonly record struct Answer(byte[]? Copy, int LengthBytes, RpmsgHeldBuffer Held, uint Destination)
    {
        public void Release()
        {
            if (Copy is not null)
            {
                ArrayPool<byte>.Shared.Return(Copy);
            }
            else
            {
                Held.Dispose();
            }
        }
    }
}
