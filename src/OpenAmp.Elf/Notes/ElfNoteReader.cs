// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>Reads notes, one after the other, from a segment of type <see cref="ElfSegmentType.Note"/> or a section
/// of type <see cref="ElfSectionType.Note"/> (gABI, chapter 5, Note Section).</summary>
/// <remarks>
/// <para>Its words have 32 bits in both classes, as every tool writes them; owner and descriptor are padded to four
/// bytes, or to eight where the segment's alignment is eight (.note.gnu.property).</para>
/// <para>Allocates nothing; each note has at least twelve bytes, so there are no more notes than bytes.</para>
/// </remarks>
public ref struct ElfNoteReader
{
    private const int HeaderBytes = 12;
    private const uint WideAlignmentBytes = 8;
    private const uint UsualAlignmentBytes = 4;

    private readonly ReadOnlySpan<byte> _content;
    private readonly ElfByteOrder _byteOrder;
    private readonly uint _alignmentBytes;
    private readonly ulong _offsetBytes;
    private int _at;

    /// <summary>Begins at the first note.</summary>
    /// <param name="content">The segment's bytes in the file.</param>
    /// <param name="byteOrder">The file's byte order.</param>
    /// <param name="alignmentBytes">The segment's alignment; all but 8 mean 4.</param>
    /// <param name="offsetBytes">Where the content is in the file, in bytes: faults and notes say it.</param>
    public ElfNoteReader(
        ReadOnlySpan<byte> content, ElfByteOrder byteOrder, ulong alignmentBytes = 4, ulong offsetBytes = 0)
    {
        _content = content;
        _byteOrder = byteOrder;
        _alignmentBytes = alignmentBytes == WideAlignmentBytes ? WideAlignmentBytes : UsualAlignmentBytes;
        _offsetBytes = offsetBytes;
    }

    /// <summary>Why <see cref="TryRead"/> returned false: the default value at the end of well-formed notes.</summary>
    public ElfFault Fault { get; private set; }

    /// <summary>Reads the next note.</summary>
    /// <param name="note">The note; it points into the content.</param>
    /// <returns>False at the end, and when the rest is not a note; <see cref="Fault"/> tells which.</returns>
    public bool TryRead(out ElfNote note)
    {
        note = default;
        ReadOnlySpan<byte> rest = _content[_at..];
        if (Fault.Rule != ElfRule.None || IsPadding(rest))
        {
            return false;
        }

        if (rest.Length < HeaderBytes)
        {
            Fault = CutShort(HeaderBytes);
            return false;
        }

        ElfFields fields = new(rest, ElfClass.Elf32, _byteOrder);
        uint ownerBytes = fields.Word(0);
        uint descriptorBytes = fields.Word(4);

        // 64 bits: the sum of two words and their padding does not overflow.
        ulong descriptorAt = PadOf(HeaderBytes + (ulong)ownerBytes);
        ulong end = descriptorAt + descriptorBytes;
        if (end > (ulong)rest.Length)
        {
            Fault = CutShort(end);
            return false;
        }

        note = new(
            _offsetBytes + (ulong)_at,
            WithoutNul(rest.Slice(HeaderBytes, (int)ownerBytes)),
            fields.Word(8),
            rest.Slice((int)descriptorAt, (int)descriptorBytes));

        // The padding of the last note may be missing.
        _at += (int)Math.Min(PadOf(end), (ulong)rest.Length);
        return true;
    }

    private static bool IsPadding(ReadOnlySpan<byte> rest)
        => rest.Length < HeaderBytes && !rest.ContainsAnyExcept((byte)0);

    private static ReadOnlySpan<byte> WithoutNul(ReadOnlySpan<byte> owner)
    {
        int length = owner.IndexOf((byte)0);
        return length < 0 ? owner : owner[..length];
    }

    private readonly ulong PadOf(ulong bytes) => (bytes + _alignmentBytes - 1) & ~(ulong)(_alignmentBytes - 1);

    private readonly ElfFault CutShort(ulong neededBytes)
        => new(
            ElfRule.NoteCutShort,
            _offsetBytes + (ulong)_at,
            neededBytes,
            (ulong)(_content.Length - _at),
            $"a note needs {neededBytes} bytes, {_content.Length - _at} are left of what holds it");
}
