// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Messages;

/// <summary>Cuts a stream of bytes into messages.</summary>
/// <remarks>One thread at a time. The stream belongs to the caller. A read that cannot be cancelled, as of a
/// terminal, is
/// left behind when the token ends.</remarks>
/// <param name="stream">The bytes.</param>
/// <param name="frames">Where messages end.</param>
/// <param name="longestBytes">Length of the longest message.</param>
internal sealed class FrameReader(Stream stream, MessageFrames frames, int longestBytes)
{
    private const int HeadBytes = sizeof(uint);

    // As long as the longest message, its length before it or its line break behind it.
    private readonly byte[] _buffer = new byte[longestBytes + HeadBytes];
    private int _count;
    private bool _isAtEnd;

    /// <summary>The next message; <see langword="null"/> at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">It is longer than the longest, or the stream ends within it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Take() is { } message)
            {
                return message;
            }

            if (_isAtEnd)
            {
                return AtEnd();
            }

            int count = await stream.ReadAsync(_buffer.AsMemory(_count), cancellationToken).AsTask()
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            _isAtEnd = count == 0;
            _count += count;
        }
    }

    private byte[]? Take() => frames switch
    {
        MessageFrames.Lines => TakeLine(),
        MessageFrames.Length => TakeCounted(),
        _ => _count == 0 ? null : Cut(0, Math.Min(_count, longestBytes), Math.Min(_count, longestBytes)),
    };

    private byte[]? TakeLine()
    {
        int end = _buffer.AsSpan(0, _count).IndexOf((byte)'\n');
        int length = end > 0 && _buffer[end - 1] == '\r' ? end - 1 : end;
        return length > longestBytes || (end < 0 && _count > longestBytes + 1)
            ? throw TooLong("a line", end < 0 ? _count : length)
            : end < 0 ? null : Cut(0, length, end + 1);
    }

    private byte[]? TakeCounted()
    {
        if (_count < HeadBytes)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer);
        return length > longestBytes
            ? throw TooLong("a message", length)
            : _count < HeadBytes + length ? null : Cut(HeadBytes, (int)length, HeadBytes + (int)length);
    }

    private byte[] Cut(int from, int length, int taken)
    {
        byte[] message = _buffer.AsSpan(from, length).ToArray();
        _buffer.AsSpan(taken, _count - taken).CopyTo(_buffer);
        _count -= taken;
        return message;
    }

    // A last line need not have its line break.
    private byte[]? AtEnd() => _count == 0
        ? null
        : frames == MessageFrames.Lines && _count <= longestBytes
            ? Cut(0, _count, _count)
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"the input ends {_count} bytes into a message that is longer"));

    private InvalidDataException TooLong(string what, long length) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} of {length} bytes or more is longer than {longestBytes} bytes, the longest message of this link"));
}
