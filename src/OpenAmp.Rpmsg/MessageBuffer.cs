// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Threading;

namespace OpenAmp.Rpmsg;

/// <summary>Private memory for one received message. Reused, so that receiving allocates nothing.</summary>
internal sealed class MessageBuffer
{
    // What most links need. Longer payloads borrow from the shared pool, so that a bin of buffers stays small.
    private const int OwnBytes = 512;

    private readonly byte[] _own = new byte[OwnBytes];
    private byte[]? _borrowed;
    private int _generation;

    public int Generation => _generation;

    public static MessageBuffer Rent() => RecycleBin<MessageBuffer>.TryTake() ?? new MessageBuffer();

    /// <summary>Copies a payload out of shared memory.</summary>
    public void Fill(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > OwnBytes)
        {
            _borrowed = ArrayPool<byte>.Shared.Rent(payload.Length);
        }

        payload.CopyTo(_borrowed ?? _own);
    }

    public ReadOnlyMemory<byte> Slice(int lengthBytes, int generation)
    {
        ObjectDisposedException.ThrowIf(generation != _generation, typeof(RpmsgMessage));
        return (_borrowed ?? _own).AsMemory(0, lengthBytes);
    }

    /// <summary>Ends one use. Ending it twice does nothing, even when the next use has begun.</summary>
    public void Release(int generation)
    {
        if (Interlocked.CompareExchange(ref _generation, unchecked(generation + 1), generation) == generation)
        {
            if (_borrowed is { } borrowed)
            {
                _borrowed = null;
                ArrayPool<byte>.Shared.Return(borrowed);
            }

            RecycleBin<MessageBuffer>.Give(this);
        }
    }
}
