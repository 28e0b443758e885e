// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Text copied out of a trace buffer and not yet cut into lines, with marks between its bytes.</summary>
/// <remarks>It is looked into the buffer again only when this is empty, and once more at the end, so it grows to about
/// two buffers and no further.</remarks>
internal sealed class TraceInbox
{
    private readonly Queue<(long Position, TraceMark Mark)> _marks = new();
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    // Position of the first unread byte, counted from the beginning of time.
    private long _position;

    public bool IsEmpty => _start == _end && _marks.Count == 0;

    public void Add(TraceMark mark) => _marks.Enqueue((_position + (_end - _start), mark));

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        Commit(text.Length);
    }

    /// <summary>Room for text to be put in place; it counts once it is committed.</summary>
    public Span<byte> Reserve(int lengthBytes)
    {
        if (_bytes.Length - _end < lengthBytes)
        {
            int used = _end - _start;
            byte[] target = _bytes.Length - used < lengthBytes
                ? new byte[Math.Max(used + lengthBytes, Math.Min(2 * _bytes.Length, 1 << 28))]
                : _bytes;
            _bytes.AsSpan(_start, used).CopyTo(target);
            _bytes = target;
            _start = 0;
            _end = used;
        }

        return _bytes.AsSpan(_end, lengthBytes);
    }

    public void Commit(int lengthBytes) => _end += lengthBytes;

    /// <summary>The mark that stands before the next byte. The caller found no text before it.</summary>
    public TraceMark PeekMark() => _marks.Peek().Mark;

    public TraceMark TakeMark() => _marks.Dequeue().Mark;

    /// <summary>The text up to the next mark.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        int length = _end - _start;
        if (_marks.TryPeek(out (long Position, TraceMark Mark) next))
        {
            length = (int)Math.Min(length, next.Position - _position);
        }

        return _bytes.AsSpan(_start, length);
    }

    public void Take(int lengthBytes)
    {
        _start += lengthBytes;
        _position += lengthBytes;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
    }
}
