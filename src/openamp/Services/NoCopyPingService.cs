// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Ping without a copy: messages are written into transmit buffers in place, and echoes are checked in the
/// buffers they came in, which are held until then.</summary>
internal sealed class NoCopyPingService(int wordBytes) : DemoService
{
    private readonly PingPayload _payload = new(wordBytes);
    private readonly Channel<RpmsgHeldBuffer> _echoes = Channel.CreateUnbounded<RpmsgHeldBuffer>();
    private long _sentAt;

    public override string Counterpart => "nocopy-echo";

    public override long ExpectedMessages => PingPayload.LastSize;

    protected override async Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        Tally.Begin();
        for (int round = 0; round < PingPayload.LastSize; round++)
        {
            await SendAsync(endpoint, round, cancellationToken).ConfigureAwait(false);
            using RpmsgHeldBuffer echo = await _echoes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Check(echo, round);
        }
    }

    protected override void OnMessage(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        if (!message.TryHold(out RpmsgHeldBuffer held) || !_echoes.Writer.TryWrite(held))
        {
            throw new ServiceFailedException("the peer sends more than was asked for: too many buffers are held");
        }
    }

    protected override void Clear()
    {
        while (_echoes.Reader.TryRead(out RpmsgHeldBuffer echo))
        {
            echo.Dispose();
        }
    }

    private async ValueTask SendAsync(RpmsgEndpoint endpoint, int round, CancellationToken cancellationToken)
    {
        if (round % 2 == 1)
        {
            // A buffer that is given up unsent must do no harm.
            (await endpoint.RentSendBufferAsync(cancellationToken).ConfigureAwait(false)).Dispose();
        }

        using RpmsgSendBuffer buffer = await endpoint.RentSendBufferAsync(cancellationToken).ConfigureAwait(false);
        int lengthBytes = _payload.Write(buffer.Payload, round, round + 1);
        _sentAt = Stopwatch.GetTimestamp();
        buffer.Send(lengthBytes);
    }

    private void Check(in RpmsgHeldBuffer echo, int round)
    {
        if (_payload.FindError(echo.Payload, round, round + 1) is { } error)
        {
            Tally.CountError($"round {round}: {error}");
        }
        else
        {
            Tally.CountRoundTrip(echo.Payload.Length, _sentAt);
        }
    }
}
