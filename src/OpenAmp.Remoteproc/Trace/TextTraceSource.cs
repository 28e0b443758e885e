// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Trace;

namespace OpenAmp.Remoteproc;

/// <summary>Reads a classic buffer: text that the remote writes around and around, with nothing to tell where it is.
/// </summary>
/// <remarks>
/// <para>Each look copies the buffer once and compares it with the copy before. The changed bytes, from the place where
/// the last look ended, are the new text. The run of unchanged bytes behind them is the proof that the remote did not
/// come around: when it is shorter than a quarter of the buffer, text may have been lost, and that is said.</para>
/// <para>Zero bytes are never text: they are memory that was not written yet, or the ending that some firmware keeps
/// behind its newest byte.</para>
/// <para>New bytes that equal the old ones in their place are not seen as new until something behind them changes. So
/// the end of a line can be late by one line, from the second lap on, if the firmware keeps no ending.</para>
/// </remarks>
internal sealed unsafe class TextTraceSource : TraceSource
{
    // So many zeros together are memory that was not written, and not an ending or the trace of one that moves.
    private const int UnwrittenRun = 4;
    private const int MaxGuardBytes = 1024;

    private readonly byte* _start;
    private readonly int _length;
    private readonly int _guardBytes;
    private byte[] _now;
    private byte[] _before;

    // Where the next new byte is expected.
    private int _position;

    // The position was lost, and whether the text of that time was shown.
    private bool _isLost;
    private bool _isLostTextShown;
    private bool _hasText;

    public TextTraceSource(byte* start, int lengthBytes)
    {
        _start = start;
        _length = lengthBytes;
        _guardBytes = Math.Clamp(lengthBytes / 4, 1, MaxGuardBytes);
        _now = new byte[lengthBytes];
        _before = new byte[lengthBytes];
    }

    public override void Look(TraceInbox inbox)
    {
        // SAFETY: the buffer was found inside the region; the owner keeps it mapped until the last look.
        int split = _isLost ? 0 : _position;
        TextTrace.CopyDownwards(_start, _now.AsSpan(0, split));
        TextTrace.CopyDownwards(_start + split, _now.AsSpan(split));
        if (_now.AsSpan().SequenceEqual(_before))
        {
            ShowLostText(_before, inbox);
            return;
        }

        if (CountCleared() >= UnwrittenRun)
        {
            Restart(inbox);
        }

        if (_isLost)
        {
            Find(inbox);
        }
        else
        {
            Follow(inbox);
        }

        (_now, _before) = (_before, _now);
    }

    public override void LookLast(TraceInbox inbox)
    {
        Look(inbox);
        if (_isLost)
        {
            ShowLostText(_before, inbox);
        }
        else if (_hasText && _before[(_position + _length - 1) % _length] != (byte)'\n')
        {
            ShowRestOfLine(inbox);
        }
    }

    // The line that was being written may end in bytes that happen to equal the old ones in their place.
    private void ShowRestOfLine(TraceInbox inbox)
    {
        int length = 0;
        while (length < _length && _before[(_position + length) % _length] is not 0 and not (byte)'\n')
        {
            length++;
        }

        // Without a newline it is nobody's line, and a zero says that nothing follows.
        if (length == _length || _before[(_position + length) % _length] == 0)
        {
            return;
        }

        inbox.Add(new TraceMark(TraceLineFlags.Uncertain, BreaksLine: false));
        Show(_before, _position, length + 1, inbox);
    }

    private void Follow(TraceInbox inbox)
    {
        int changed = ChangedBytes();
        while (changed > 0 && _now[(_position + changed - 1) % _length] == 0)
        {
            changed--;
        }

        if (changed == 0)
        {
            return;
        }

        if (_length - changed >= _guardBytes || IsUnwritten(_position + changed, _length - changed))
        {
            Show(_now, _position, changed, inbox);
            _position = (_position + changed) % _length;
            return;
        }

        if (TryFindEnding(changed, out int ending, out bool isFresh))
        {
            inbox.Add(isFresh
                ? new TraceMark(TraceLineFlags.Restarted)
                : new TraceMark(TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown));
            _hasText &= !isFresh;
            Show(_now, isFresh ? 0 : ending + 1, isFresh ? ending : _length, inbox);
            _position = ending;
            return;
        }

        // All around, and nothing tells where it ends: the next change will.
        _isLost = true;
        _isLostTextShown = false;
    }

    private void Find(TraceInbox inbox)
    {
        (int gapStart, int gapBytes) = LongestUnchanged();
        if (gapBytes < _guardBytes)
        {
            ShowLostText(_before, inbox);
            _isLostTextShown = false;
            return;
        }

        int first = (gapStart + gapBytes) % _length;
        int changed = _length - gapBytes;
        while (changed > 0 && _now[(first + changed - 1) % _length] == 0)
        {
            changed--;
        }

        _isLost = false;
        _position = (first + changed) % _length;
        if (_isLostTextShown)
        {
            inbox.Add(new TraceMark(TraceLineFlags.Uncertain));
            Show(_now, first, changed, inbox);
        }
        else
        {
            inbox.Add(new TraceMark(TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown));
            Show(_now, _position, _length, inbox);
        }
    }

    private void ShowLostText(byte[] text, TraceInbox inbox)
    {
        if (_isLost && !_isLostTextShown)
        {
            _isLostTextShown = true;
            inbox.Add(new TraceMark(
                TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown | TraceLineFlags.Uncertain));
            Show(text, 0, _length, inbox);
        }
    }

    // What is there now is compared with an empty buffer.
    private void Restart(TraceInbox inbox)
    {
        Array.Clear(_before);
        _position = 0;
        _isLost = false;
        _hasText = false;
        inbox.Add(new TraceMark(TraceLineFlags.Restarted));
    }

    // Around the end, and without zeros.
    private void Show(byte[] text, int start, int lengthBytes, TraceInbox inbox)
    {
        start %= _length;
        int first = Math.Min(lengthBytes, _length - start);
        ShowRun(text.AsSpan(start, first), start, inbox);
        ShowRun(text.AsSpan(0, lengthBytes - first), 0, inbox);
    }

    private void ShowRun(ReadOnlySpan<byte> run, int start, TraceInbox inbox)
    {
        if (start == 0 && run.Length > 0 && _hasText)
        {
            inbox.Add(new TraceMark(TraceLineFlags.Wrapped, BreaksLine: false));
        }

        while (!run.IsEmpty)
        {
            int length = run.IndexOf((byte)0);
            length = length < 0 ? run.Length : length;
            inbox.Add(run[..length]);
            _hasText |= length > 0;
            run = run[length..].TrimStart((byte)0);
        }
    }

    private int CountCleared()
    {
        int count = 0;
        for (int i = 0; i < _length; i++)
        {
            count += _now[i] == 0 && _before[i] != 0 ? 1 : 0;
        }

        return count;
    }

    // From the position around to the last byte that differs.
    private int ChangedBytes()
    {
        int changed = _length;
        while (changed > 0 && IsSame(_position + changed - 1))
        {
            changed--;
        }

        return changed;
    }

    private (int Start, int Length) LongestUnchanged()
    {
        (int Start, int Length) best = default;
        int run = 0;

        // Twice around, for a run across the end.
        for (int i = 0; i < 2 * _length; i++)
        {
            run = IsSame(i) ? run + 1 : 0;
            if (run > best.Length && run <= _length)
            {
                best = ((i - run + 1) % _length, run);
            }
        }

        return best;
    }

    private bool IsSame(int place)
    {
        int index = place < _length ? place : (place % _length);
        return _now[index] == _before[index];
    }

    // Memory that still is what it was before the firmware ran was not written over.
    private bool IsUnwritten(int start, int lengthBytes)
    {
        int run = 0;
        for (int i = start; i < start + lengthBytes && run < UnwrittenRun; i++)
        {
            run = _now[i % _length] == 0 ? run + 1 : 0;
        }

        return run >= UnwrittenRun;
    }

    // The first zero within the changed text, unless it is the buffer's last byte, which many firmwares never write.
    private bool TryFindEnding(int changed, out int ending, out bool isFresh)
    {
        isFresh = false;
        ending = 0;
        for (int i = 0; i < changed; i++)
        {
            ending = (_position + i) % _length;
            if (_now[ending] == 0 && ending != _length - 1)
            {
                isFresh = IsUnwritten(ending, Math.Min(UnwrittenRun, _length - ending));
                return true;
            }
        }

        return false;
    }
}
