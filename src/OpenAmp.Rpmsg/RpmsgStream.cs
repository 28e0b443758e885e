// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>An endpoint as a stream of bytes: message boundaries are not kept.</summary>
/// <remarks>
/// <para>A write becomes as many messages as it needs; each read gives what one message still has. The stream ends when
/// the peer destroys its endpoint.</para>
/// <para>A stream must not lose bytes. When its endpoint had to drop a message, the next read throws; create the
/// endpoint with <see cref="ReceiveFullMode.PauseLink"/> for a reader that may fall behind.</para>
/// <para>One reader and any number of writers. The synchronous verbs block their thread.</para>
/// </remarks>
public sealed class RpmsgStream : Stream
{
    private readonly RpmsgEndpoint _endpoint;
    private readonly bool _ownsEndpoint;
    private RpmsgMessage _message;
    private int _consumedBytes;
    private int _disposed;

    internal RpmsgStream(RpmsgEndpoint endpoint, bool ownsEndpoint)
    {
        _endpoint = endpoint;
        _ownsEndpoint = ownsEndpoint;
    }

    internal TimeSpan GoodbyeTimeout => _endpoint.Link.GoodbyeTimeout;

    /// <inheritdoc/>
    public override bool CanRead => _disposed == 0;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => _disposed == 0;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("An RPMsg stream has no length.");

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException("An RPMsg stream has no position.");
        set => throw new NotSupportedException("An RPMsg stream cannot seek.");
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (_consumedBytes == _message.LengthBytes)
        {
            ThrowIfLossy();
            _message.Dispose();
            _message = default;
            _consumedBytes = 0;
            try
            {
                _message = await _endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpmsgClosedException closed) when (closed.Reason == RpmsgCloseReason.RemoteDestroyed)
            {
                return 0;
            }
        }

        ReadOnlySpan<byte> rest = _message.Payload[_consumedBytes..];
        int length = Math.Min(rest.Length, buffer.Length);
        rest[..length].CopyTo(buffer.Span);
        _consumedBytes += length;
        return length;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        while (!buffer.IsEmpty)
        {
            int length = Math.Min(buffer.Length, Math.Max(1, _endpoint.MaxPayloadBytes));
            await _endpoint.SendAsync(buffer[..length], cancellationToken).ConfigureAwait(false);
            buffer = buffer[length..];
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
        => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
        => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Does nothing: each write is sent at once.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: each write is sent at once.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>A completed task.</returns>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
        => throw new NotSupportedException("An RPMsg stream cannot seek.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("An RPMsg stream has no length.");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2012", Justification = "Blocks here, once; the task is not used again.")]
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ValueTask task = EndAsync();
            if (!task.IsCompletedSuccessfully)
            {
                task.AsTask().GetAwaiter().GetResult();
            }
        }

        base.Dispose(disposing);
    }

    private async ValueTask EndAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _message.Dispose();
            if (_ownsEndpoint)
            {
                await _endpoint.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void ThrowIfLossy()
    {
        if (_endpoint.DroppedCount is var dropped and > 0)
        {
            throw new IOException(
                $"The stream lost {dropped} messages because nobody read them in time; create the endpoint with a "
                + "larger ReceiveQueueCapacity, or with WhenFull = PauseLink.");
        }
    }
}
