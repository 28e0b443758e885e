// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;

namespace OpenAmp.Trace;

/// <summary>The remote's end of a flip-flop trace buffer: text goes into one half while the host reads the other.
/// </summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
/// <remarks>
/// <para>A half that is full is closed and the host is notified; writing goes on in the other half if the host has
/// released it. If it has not, text is lost and counted: where it is missing and how much, the host sees exactly.
/// Nothing here waits, so trace never stops the firmware.</para>
/// <para>Text is visible to the host as soon as <see cref="Write"/> returns, also that of a half in use: the last words
/// before a crash are there without anyone's help. <see cref="Flush"/> only rings.</para>
/// <para>All counters are kept here and never read back. The one number read from shared memory, how many halves the
/// host released, is believed only between what it was and what was closed.</para>
/// <para>One thread at a time: whoever logs from interrupts masks them or has a buffer for each level.</para>
/// </remarks>
public unsafe struct FlipFlopTraceWriter<TPlatform>
    where TPlatform : struct, IPlatform
{
    private readonly FlipFlopTraceControl* _control;
    private readonly FlipFlopTraceLayout _layout;
    private readonly uint _notifyId;
    private readonly uint _epoch;
    private TPlatform _platform;

    // Number of the half in use, and of the oldest that the host has not released. Free-running.
    private uint _closed;
    private uint _released;
    private uint _filledBytes;
    private bool _isOpen;
    private bool _isUnannounced;

    internal FlipFlopTraceWriter(
        TPlatform platform,
        FlipFlopTraceControl* control,
        FlipFlopTraceLayout layout,
        uint notifyId,
        uint epoch)
    {
        _platform = platform;
        _control = control;
        _layout = layout;
        _notifyId = notifyId;
        _epoch = epoch;
    }

    /// <summary>Bytes that found no room, modulo 2^32.</summary>
    public uint LostBytes { get; private set; }

    /// <summary>Newlines among them, modulo 2^32.</summary>
    public uint LostLines { get; private set; }

    /// <summary>How often the host's count of released halves was one that cannot be, modulo 2^32.</summary>
    public uint HostFaults { get; private set; }

    /// <summary>Writes text. Does not block; rings when a half is full.</summary>
    /// <param name="text">UTF-8, with newlines. What does not fit is lost whole, unless it is longer than a half: then
    /// each piece of that length is taken or lost for itself.</param>
    /// <returns><see langword="false"/> when any of it was lost; it is counted then.</returns>
    public bool Write(ReadOnlySpan<byte> text)
    {
        bool isWhole = true;
        while (!text.IsEmpty)
        {
            int length = text.Length < (int)_layout.HalfBytes ? text.Length : (int)_layout.HalfBytes;
            ReadOnlySpan<byte> piece = text[..length];
            text = text[length..];
            if (!TryAccept(piece))
            {
                Lose(piece);
                isWhole = false;
            }
        }

        return isWhole;
    }

    /// <summary>Rings if anything was written since the last ring, so that the host reads a half that is not full.
    /// </summary>
    public void Flush()
    {
        if (_isUnannounced)
        {
            Ring();
        }
    }

    private readonly FlipFlopTraceHalf* Half => (_closed & 1) == 0 ? &_control->Even : &_control->Odd;

    internal void SetUp()
    {
        // A host that looks meanwhile finds no buffer, and not a half-made one.
        _control->Magic.Write(0);
        PublishLine();
        _control->Version.Write(FlipFlopTraceLayout.Version);
        _control->HalfBytes.Write(_layout.HalfBytes);
        _control->Epoch.Write(_epoch);
        _control->Closed.Write(0);
        _control->LostBytes.Write(0);
        _control->LostLines.Write(0);
        Open();

        // No odd half has been opened: a number that the first one does not have.
        _control->Odd.Number.Write(uint.MaxValue);
        _control->Magic.Write(FlipFlopTraceLayout.Magic);
        PublishLine();
    }

    private bool TryAccept(ReadOnlySpan<byte> piece)
    {
        // One half may still be the host's when another is opened.
        if (!_isOpen)
        {
            if (!IsUnreleasedAtMost(1))
            {
                return false;
            }

            Open();
        }

        int room = (int)(_layout.HalfBytes - _filledBytes);
        if (piece.Length <= room)
        {
            Put(piece);
            return true;
        }

        if (!IsUnreleasedAtMost(0))
        {
            // Closed although not full: what is lost is missing exactly between this half and the next.
            Close();
            return false;
        }

        Put(piece[..room]);
        Open();
        Put(piece[room..]);
        return true;
    }

    private void Open()
    {
        _isOpen = true;
        _filledBytes = 0;
        Half->FilledBytes.Write(0);
        Half->LostBytes.Write(LostBytes);
        Half->LostLines.Write(LostLines);

        // Orders the words above before the number by which the host takes them for this half's.
        Half->Number.Write(_closed);
        PublishLine();
    }

    private void Put(ReadOnlySpan<byte> text)
    {
        // SAFETY: the caller checked that the text fits the rest of the half, which lies within the mapped buffer.
        byte* target = (byte*)_control + _layout.OffsetOf(_closed) + _filledBytes;
        TPlatform.CopyToShared(target, text);
        _platform.Clean(target, (nuint)text.Length);
        _filledBytes += (uint)text.Length;
        _isUnannounced = true;

        // Orders the text before the count that covers it.
        Half->FilledBytes.Write(_filledBytes);
        PublishLine();
        if (_filledBytes == _layout.HalfBytes)
        {
            Close();
        }
    }

    private void Close()
    {
        _isOpen = false;
        _closed = unchecked(_closed + 1);
        _control->Closed.Write(_closed);
        PublishLine();
        Ring();
    }

    private void Ring()
    {
        _isUnannounced = false;
        _platform.Notify(_notifyId);
    }

    private void Lose(ReadOnlySpan<byte> text)
    {
        uint lines = 0;
        for (int i = 0; i < text.Length; i++)
        {
            lines += text[i] == (byte)'\n' ? 1u : 0u;
        }

        LostLines = unchecked(LostLines + lines);
        LostBytes = unchecked(LostBytes + (uint)text.Length);
        _control->LostLines.Write(LostLines);
        _control->LostBytes.Write(LostBytes);
        PublishLine();
    }

    private bool IsUnreleasedAtMost(uint count)
    {
        _platform.Invalidate(&_control->AcknowledgedEpoch, FlipFlopTraceControl.LineBytes);

        // The acquiring read orders the run before the count: a count of an earlier run is not taken for this one's.
        if (_control->AcknowledgedEpoch.Read() == _epoch)
        {
            uint released = _control->Released.Read();
            if (unchecked(released - _released) <= unchecked(_closed - _released))
            {
                _released = released;
            }
            else
            {
                HostFaults = unchecked(HostFaults + 1);
            }
        }

        return unchecked(_closed - _released) <= count;
    }

    // CACHE: the host reads our line.
    private void PublishLine() => _platform.Clean(_control, FlipFlopTraceControl.LineBytes);
}
