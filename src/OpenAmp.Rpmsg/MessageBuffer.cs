// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Rpmsg;

/// <summary>Private memory for one received message. Reused, so that receiving allocates nothing.</summary>
internal sealed class MessageBuffer
{
    private byte[] _bytes = new byte[512];
    private int _generation;

    public int Generation => _generation;

    public static MessageBuffer Rent() => RecycleBin<MessageBuffer>.TryTake() ?? new MessageBuffer();

    /// <summary>Copies a payload out of shared memory.</summary>
    public void Fill(ReadOnlySpan<byte> payload)
    {
        if (_bytes.Length < payload.Length)
        {
            _bytes = new byte[payload.Length];
        }

        payload.CopyTo(_bytes);
    }

    public ReadOnlyMemory<byte> Slice(int lengthBytes, int generation)
    {
        ObjectDisposedException.ThrowIf(generation != _generation, typeof(RpmsgMessage));
        return _bytes.AsMemory(0, lengthBytes);
    }

    /// <summary>Ends one use. Ending it twice does nothing, even when the next use has begun.</summary>
    public void Release(int generation)
    {
        if (Interlocked.CompareExchange(ref _generation, unchecked(generation + 1), generation) == generation)
        {
            RecycleBin<MessageBuffer>.Give(this);
        }
    }
}
