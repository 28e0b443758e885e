// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Sends as fast as buffers come free, and checks that every echo comes back, in order.</summary>
internal sealed class FloodService(int wordBytes, int messagesPerSize) : DemoService
{
    private const uint FixedAddress = 1024;

    // More than rings hold, and less than an echo may have to queue.
    private const long MostOutstanding = 8192;

    private readonly PingPayload _payload = new(wordBytes);
    private readonly Channel<bool> _progress = Channel.CreateBounded<bool>(1);
    private long _echoed;
    private long _wanted = long.MaxValue;

    public override string Counterpart => "echo";

    public override long ExpectedMessages => (long)PingPayload.LastSize * messagesPerSize;

    protected override uint LocalAddress => FixedAddress;

    protected override async Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        Tally.Begin();
        byte[] message = new byte[_payload.LongestBytes];
        for (long number = 0; number < ExpectedMessages; number++)
        {
            await WaitForEchoesAsync(number - MostOutstanding, cancellationToken).ConfigureAwait(false);
            int lengthBytes = _payload.Write(message, number, SizeOf(number));
            if (!endpoint.TrySend(message.AsSpan(0, lengthBytes)))
            {
                await endpoint.SendAsync(message.AsMemory(0, lengthBytes), cancellationToken).ConfigureAwait(false);
            }
        }

        await WaitForEchoesAsync(ExpectedMessages, cancellationToken).ConfigureAwait(false);
    }

    protected override void OnMessage(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        long number = _echoed;
        if (_payload.FindError(message.Payload, number, SizeOf(number)) is { } error)
        {
            Tally.CountError($"echo {number}: {error}");
        }
        else
        {
            Tally.Count(message.Payload.Length);
        }

        // A full exchange, as is the write of what is wanted: one of the two sides sees the other's.
        if (Interlocked.Increment(ref _echoed) >= Interlocked.Read(ref _wanted))
        {
            Interlocked.Exchange(ref _wanted, long.MaxValue);
            _progress.Writer.TryWrite(true);
        }
    }

    private int SizeOf(long number) => (int)Math.Min(1 + (number / messagesPerSize), PingPayload.LastSize);

    private async ValueTask WaitForEchoesAsync(long count, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _echoed) < count)
        {
            Interlocked.Exchange(ref _wanted, count);
            if (Interlocked.Read(ref _echoed) < count)
            {
                _ = await _progress.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
