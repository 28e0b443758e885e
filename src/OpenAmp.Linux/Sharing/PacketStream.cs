// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>A stream whose bytes go to another program in packets. It only takes bytes, one writer at a time.</summary>
internal sealed class PacketStream(SharingConnection connection, TimeSpan stallTimeout, SharingCounters counters)
    : Stream
{
    private readonly byte[] _packet = new byte[SharingConnection.MaxPacketBytes];
    private int _length = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("A connection has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A connection has no position.");
        set => throw new NotSupportedException("A connection has no position.");
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, _packet.Length - _length);
            buffer[..count].CopyTo(_packet.AsMemory(_length));
            _length += count;
            buffer = buffer[count..];
            if (_length == _packet.Length)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_length == 1)
        {
            return;
        }

        _packet[0] = SharingConnection.BytesMark;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(stallTimeout);
        try
        {
            if (!await connection.TrySendAsync(_packet.AsMemory(0, _length), stall.Token).ConfigureAwait(false))
            {
                throw new SharingException("The program that asked for the dump is gone.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            counters.TimedOut();
            throw new SharingException($"The program that asked for the dump took nothing of it for {stallTimeout} "
                + "(SharingOptions.DumpStallTimeout).");
        }

        _length = 1;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
        => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override int Read(byte[] buffer, int offset, int count)
        => throw new NotSupportedException("A dump is written, not read.");

    public override long Seek(long offset, SeekOrigin origin)
        => throw new NotSupportedException("A connection has no position.");

    public override void SetLength(long value) => throw new NotSupportedException("A connection has no length.");
}
