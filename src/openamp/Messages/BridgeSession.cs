// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Messages;

/// <summary>Carries messages between an endpoint and one stream after another.</summary>
/// <remarks>Messages that come while there is no stream are dropped and counted, so that a client never gets what was
/// meant for the one before.</remarks>
/// <param name="endpoint">The endpoint; it belongs to the caller.</param>
/// <param name="frames">Where messages end in the stream.</param>
/// <param name="linger">How long answers are waited for when the stream has no more to say.</param>
internal sealed class BridgeSession(RpmsgEndpoint endpoint, MessageFrames frames, TimeSpan linger)
{
    private volatile Stream? _stream;

    public long ToEndpoint { get; private set; }

    public long ToStream { get; private set; }

    public long Dropped { get; private set; }

    /// <summary>Takes what the endpoint receives, until it ends or is cancelled.</summary>
    /// <exception cref="RpmsgClosedException">The endpoint ended.</exception>
    public async Task PumpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (_stream is { } stream && await TryWriteAsync(stream, message.Memory, cancellationToken)
                .ConfigureAwait(false))
            {
                ToStream++;
            }
            else
            {
                Dropped++;
            }
        }
    }

    /// <summary>Sends what a stream brings, until its end, and gives it what the endpoint receives.</summary>
    /// <exception cref="InvalidDataException">It brought what is no message.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint ended.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        _stream = stream;
        try
        {
            var reader = new FrameReader(stream, frames, endpoint.MaxPayloadBytes);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            {
                await endpoint.SendAsync(message, cancellationToken).ConfigureAwait(false);
                ToEndpoint++;
            }

            await Task.Delay(linger, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _stream = null;
        }
    }

    // Who has left is seen by the reader too, which ends the serving.
    private async ValueTask<bool> TryWriteAsync(
        Stream stream, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await FrameWriter.WriteAsync(stream, frames, message, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
