// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Cuts text into lines of bounded length.</summary>
internal sealed class TraceLineAssembler
{
    private readonly byte[] _line;
    private int _lengthBytes;

    // What is told with the line that comes next.
    private TraceMark _pending;

    public TraceLineAssembler(int maxLineBytes) => _line = new byte[maxLineBytes];

    /// <summary>Whether something is held that has no newline yet.</summary>
    public bool HasPart => _lengthBytes > 0 || _pending.BreaksLine;

    /// <summary>Whether the text of a line is held, and not only what is to be told with it.</summary>
    public bool HasText => _lengthBytes > 0;

    /// <summary>Takes text until a line is whole. False when there is no more text.</summary>
    public bool TryTake(TraceInbox inbox, DateTimeOffset now, out TraceLine line)
    {
        while (!inbox.IsEmpty)
        {
            ReadOnlySpan<byte> text = inbox.Peek();
            if (text.IsEmpty)
            {
                if (TryTakeMark(inbox, now, out line))
                {
                    return true;
                }

                continue;
            }

            int newline = text.IndexOf((byte)'\n');
            int length = newline < 0 ? text.Length : newline;
            int taken = Math.Min(length, _line.Length - _lengthBytes);
            text[..taken].CopyTo(_line.AsSpan(_lengthBytes));
            _lengthBytes += taken;
            inbox.Take(taken);
            if (taken < length)
            {
                line = Cut(now);
                return true;
            }

            if (newline >= 0)
            {
                inbox.Take(1);
                line = Make(_line.AsSpan(0, LengthWithoutReturn), now, TraceLineFlags.None);
                _lengthBytes = 0;
                return true;
            }
        }

        line = default;
        return false;
    }

    /// <summary>Hands out what is held, newline or not. False when nothing is.</summary>
    public bool TryTakePart(DateTimeOffset now, out TraceLine line)
    {
        line = default;
        if (!HasPart)
        {
            return false;
        }

        line = Make(_line.AsSpan(0, _lengthBytes), now, HasText ? TraceLineFlags.Partial : TraceLineFlags.None);
        _lengthBytes = 0;
        return true;
    }

    private int LengthWithoutReturn
        => _lengthBytes > 0 && _line[_lengthBytes - 1] == (byte)'\r' ? _lengthBytes - 1 : _lengthBytes;

    // A mark that breaks a line leaves the inbox only after the line before it did.
    private bool TryTakeMark(TraceInbox inbox, DateTimeOffset now, out TraceLine line)
    {
        line = default;
        if (HasText && inbox.PeekMark().BreaksLine)
        {
            return TryTakePart(now, out line);
        }

        TraceMark mark = inbox.TakeMark();
        _pending = new TraceMark(
            _pending.Flags | mark.Flags,
            _pending.LostBytes + mark.LostBytes,
            _pending.LostLines + mark.LostLines,
            _pending.BreaksLine || mark.BreaksLine);
        return false;
    }

    private TraceLine Cut(DateTimeOffset now)
    {
        int length = TraceText.CutBefore(_line.AsSpan(0, _lengthBytes));
        TraceLine line = Make(_line.AsSpan(0, length), now, TraceLineFlags.Partial);
        _line.AsSpan(length, _lengthBytes - length).CopyTo(_line);
        _lengthBytes -= length;
        return line;
    }

    private TraceLine Make(ReadOnlySpan<byte> text, DateTimeOffset now, TraceLineFlags flags)
    {
        TraceMark mark = _pending;
        _pending = default;
        return new TraceLine(now, TraceText.Decode(text), flags | mark.Flags, mark.LostBytes, mark.LostLines);
    }
}
