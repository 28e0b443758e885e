// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;
using OpenAmp.Remoteproc;

namespace OpenAmp.Trace;

/// <summary>The host's end of a flip-flop trace buffer.</summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
/// <remarks>
/// <para>Each look does a bounded amount of work whatever the control block holds: every number in it is copied once
/// and checked, lengths are our own, and no loop depends on it. A remote that writes nonsense makes nonsense text and
/// <see cref="PeerFaults"/>, nothing else.</para>
/// <para>A half is released only when all of it was copied. One thread at a time.</para>
/// </remarks>
public unsafe struct FlipFlopTraceReader<TPlatform>
    where TPlatform : struct, IPlatform
{
    private readonly FlipFlopTraceControl* _control;
    private readonly FlipFlopTraceLayout _layout;
    private TPlatform _platform;

    // Number of the half being read (all before it are released), and how far it has been read.
    private uint _next;
    private uint _offsetBytes;
    private uint _epoch;
    private uint _lostBytes;
    private uint _lostLines;
    private bool _isAttached;
    private bool _knowsEpoch;
    private bool _hasFollowed;

    internal FlipFlopTraceReader(TPlatform platform, FlipFlopTraceControl* control, FlipFlopTraceLayout layout)
    {
        _platform = platform;
        _control = control;
        _layout = layout;
    }

    /// <summary>How often the control block held what cannot be, modulo 2^32.</summary>
    public uint PeerFaults { get; private set; }

    /// <summary>Takes the next text, and releases its half when that was the last of it. Neither blocks nor allocates.
    /// </summary>
    /// <param name="destination">Where the text goes; one byte at least, or nothing moves on.</param>
    /// <param name="read">What was found.</param>
    /// <returns><see cref="FlipFlopTraceStatus.News"/> when there may be more, so that a caller asks again.</returns>
    public FlipFlopTraceStatus Read(Span<byte> destination, out FlipFlopTraceRead read)
    {
        read = default;
        _platform.Invalidate(_control, FlipFlopTraceControl.LineBytes);
        if (_control->Magic.Read() != FlipFlopTraceLayout.Magic)
        {
            // Only a new run sets the block up, whatever its number.
            _isAttached = false;
            _knowsEpoch = false;
            return FlipFlopTraceStatus.NotReady;
        }

        if (_control->Version.Read() != FlipFlopTraceLayout.Version
            || _control->HalfBytes.Read() != _layout.HalfBytes)
        {
            return FlipFlopTraceStatus.Refused;
        }

        uint epoch = _control->Epoch.Read();
        if (!_isAttached || epoch != _epoch)
        {
            Attach(epoch, ref read);
        }

        return Continue(destination, ref read) || read.IsRestart
            ? FlipFlopTraceStatus.News
            : FlipFlopTraceStatus.Empty;
    }

    private void Attach(uint epoch, ref FlipFlopTraceRead read)
    {
        bool isNew = !_knowsEpoch || epoch != _epoch;
        read.IsRestart = isNew && _hasFollowed;
        _lostBytes = isNew ? 0 : _lostBytes;
        _lostLines = isNew ? 0 : _lostLines;
        _epoch = epoch;
        _knowsEpoch = true;
        _hasFollowed = true;
        _isAttached = true;
        _offsetBytes = 0;

        // A host that followed this run before us left its place here. It is shared memory: checked like the rest.
        _platform.Invalidate(&_control->AcknowledgedEpoch, FlipFlopTraceControl.LineBytes);
        uint released = _control->AcknowledgedEpoch.Read() == epoch ? _control->Released.Read() : 0;
        uint closed = _control->Closed.Read();
        Release(unchecked(closed - released) <= 2 ? released : unchecked(closed - 2));

        // Orders the place before the run that it is about.
        _control->AcknowledgedEpoch.Write(epoch);
        PublishLine();
    }

    private bool Continue(Span<byte> destination, ref FlipFlopTraceRead read)
    {
        // The acquiring read orders the count before all that is read of the halves that it covers.
        uint closed = _control->Closed.Read();
        uint ahead = unchecked(closed - _next);
        if (ahead > 2)
        {
            return LoseOrder(ref read);
        }

        FlipFlopTraceHalf* half = (_next & 1) == 0 ? &_control->Even : &_control->Odd;
        if (half->Number.Read() != _next)
        {
            return ahead == 0 ? TakeLossAtEnd(half, ref read) : Skip(ref read);
        }

        uint filled = half->FilledBytes.Read();
        if (filled > _layout.HalfBytes || filled < _offsetBytes)
        {
            return ahead == 0 ? LoseOrder(ref read) : Skip(ref read);
        }

        TakeLoss(half->LostBytes.Read(), half->LostLines.Read(), ref read);
        Take(destination, filled - _offsetBytes, ref read);
        bool isOver = ahead > 0 && _offsetBytes == filled;
        if (isOver)
        {
            Release(unchecked(_next + 1));
            PublishLine();
        }

        return isOver || read.LengthBytes > 0 || read.LostBytes > 0;
    }

    private void Take(Span<byte> destination, uint availableBytes, ref FlipFlopTraceRead read)
    {
        int length = destination.Length < (int)availableBytes ? destination.Length : (int)availableBytes;

        // SAFETY: offset and available bytes add up to at most one half, checked by the caller.
        byte* source = (byte*)_control + _layout.OffsetOf(_next) + _offsetBytes;
        _platform.Invalidate(source, (nuint)length);
        SharedBytes.CopyOut(source, destination[..length]);
        _offsetBytes += (uint)length;
        read.LengthBytes = length;
    }

    // All was read, and the remote has not opened its next half: what it lost so far comes now, and not only when it
    // goes on.
    private bool TakeLossAtEnd(FlipFlopTraceHalf* half, ref FlipFlopTraceRead read)
    {
        _platform.Invalidate(_control, FlipFlopTraceControl.LineBytes);
        uint lostBytes = _control->LostBytes.Read();
        uint lostLines = _control->LostLines.Read();

        // Opened meanwhile, it may also have been filled and more lost after it: then the half says what came before.
        if (half->Number.Read() == _next)
        {
            return true;
        }

        TakeLoss(lostBytes, lostLines, ref read);
        return read.LostBytes > 0;
    }

    private void TakeLoss(uint lostBytes, uint lostLines, ref FlipFlopTraceRead read)
    {
        read.LostBytes = unchecked(lostBytes - _lostBytes);
        read.LostLines = unchecked(lostLines - _lostLines);
        _lostBytes = lostBytes;
        _lostLines = lostLines;
    }

    private bool Skip(ref FlipFlopTraceRead read)
    {
        Blame(ref read);
        Release(unchecked(_next + 1));
        PublishLine();
        return true;
    }

    private bool LoseOrder(ref FlipFlopTraceRead read)
    {
        // The remote may have begun a new run while we looked: that is no fault, and the next look attaches to it.
        if (_control->Epoch.Read() == _epoch && _control->Magic.Read() == FlipFlopTraceLayout.Magic)
        {
            Blame(ref read);
        }

        _isAttached = false;
        return true;
    }

    private void Blame(ref FlipFlopTraceRead read)
    {
        PeerFaults = unchecked(PeerFaults + 1);
        read.IsBroken = true;
    }

    private void Release(uint next)
    {
        _next = next;
        _offsetBytes = 0;

        // Orders our copy of the text before the word that lets the remote write over it.
        _control->Released.Write(next);
    }

    // CACHE: the remote reads our line.
    private void PublishLine() => _platform.Clean(&_control->AcknowledgedEpoch, FlipFlopTraceControl.LineBytes);
}
