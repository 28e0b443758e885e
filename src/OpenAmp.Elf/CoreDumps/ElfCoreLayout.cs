// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>Where everything is in a core dump, and its headers; the memory itself is not in it.</summary>
/// <remarks>
/// <para>The file is the ELF header, one program header per segment, and the segments' bytes one after the other
/// without a gap, as Linux's remoteproc writes it: 52 + 32 + 1 MiB for one segment of 1 MiB in a file of 32 bits. Each
/// segment is loadable, readable, writable and executable, not aligned, and its virtual and physical addresses are its
/// device address. Notes, which Linux does not write, have the first program header and lie before the segments.</para>
/// <para>It never changes, and any thread may use it.</para>
/// </remarks>
public sealed class ElfCoreLayout
{
    /// <summary>The most segments of a dump: with one program header for notes, a 16-bit count still holds them.
    /// </summary>
    public const int MaxSegments = 65533;

    private const int NoteAlignmentBytes = 4;
    private const int NoteHeaderBytes = 12;
    private const ElfSegmentFlags AllFlags = ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute;

    private readonly ElfHeader _header;
    private readonly byte[] _headers;

    /// <summary>Lays a dump out.</summary>
    /// <param name="options">What the header says.</param>
    /// <param name="segments">The pieces of memory, in the order in which they are written.</param>
    /// <param name="notes">The notes; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more segments than <see cref="MaxSegments"/>.
    /// </exception>
    /// <exception cref="ElfException">An address or an offset does not fit the class
    /// (<see cref="ElfRule.DoesNotFitClass"/>), or headers and notes do not fit an array
    /// (<see cref="ElfRule.FileTooLong"/>).</exception>
    public ElfCoreLayout(
        ElfCoreOptions options, IReadOnlyList<ElfCoreSegment> segments, IReadOnlyList<ElfCoreNote>? notes = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segments.Count, MaxSegments, nameof(segments));
        notes ??= [];
        var layout = ElfLayout.Of(options.Class);
        int headerCount = segments.Count + (notes.Count == 0 ? 0 : 1);
        int notesAt = layout.HeaderBytes + (headerCount * layout.ProgramHeaderBytes);
        long headersBytes = notesAt + notes.Sum(NoteBytes);
        if (headersBytes > Array.MaxLength)
        {
            throw new ElfException(new ElfFault(
                ElfRule.FileTooLong,
                (ulong)notesAt,
                (ulong)Array.MaxLength,
                (ulong)headersBytes,
                $"headers and notes of the dump take {headersBytes} bytes, the limit is {Array.MaxLength}"));
        }

        _header = HeaderOf(options, layout, headerCount);
        _headers = new byte[headersBytes];
        Segments = Place(segments, notesAt, (ulong)headersBytes);
        LengthBytes = segments.Aggregate((ulong)headersBytes, (end, segment) => end + segment.LengthBytes);
        WriteHeaders(layout);
        WriteNotes(notes, notesAt);
    }

    /// <summary>The length of the dump in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>The first bytes of the file: everything but the segments' bytes.</summary>
    public ReadOnlyMemory<byte> Headers => _headers;

    /// <summary>The program headers: that of the notes if there are any, then those of the segments.</summary>
    public ImmutableArray<ElfSegment> Segments { get; }

    private static ElfHeader HeaderOf(ElfCoreOptions options, ElfLayout layout, int headerCount) => new()
    {
        Class = options.Class,
        ByteOrder = options.ByteOrder,
        IdentificationVersion = 1,
        Type = ElfType.Core,
        Machine = options.Machine,
        Version = 1,
        EntryPoint = CheckFits(options.Class, "entry point", options.EntryPoint, 0),
        ProgramHeadersOffsetBytes = headerCount == 0 ? 0 : (ulong)layout.HeaderBytes,
        Flags = options.Flags,
        HeaderBytes = (ushort)layout.HeaderBytes,
        ProgramHeaderBytes = (ushort)layout.ProgramHeaderBytes,
        ProgramHeaderCount = (uint)headerCount,
    };

    private static ulong CheckFits(ElfClass elfClass, string what, ulong start, ulong lengthBytes)
        => CheckEnd(what, start, lengthBytes, elfClass == ElfClass.Elf64 ? ulong.MaxValue : uint.MaxValue);

    /// <summary>A stream's positions have 63 bits, so a file does not get longer than that.</summary>
    private static ulong CheckFileFits(ElfClass elfClass, ulong start, ulong lengthBytes)
        => CheckEnd("content", start, lengthBytes, elfClass == ElfClass.Elf64 ? (ulong)long.MaxValue : uint.MaxValue);

    private static ulong CheckEnd(string what, ulong start, ulong lengthBytes, ulong last)
    {
        if (start <= last && (lengthBytes == 0 || lengthBytes - 1 <= last - start))
        {
            return start;
        }

        throw new ElfException(new ElfFault(
            ElfRule.DoesNotFitClass,
            0,
            last,
            start,
            $"the {what} of the dump, 0x{lengthBytes:x} bytes from 0x{start:x}, ends beyond 0x{last:x}, the last that "
                + (last == uint.MaxValue ? "ELF of 32 bits can say: write one of 64 bits" : "a file can have")));
    }

    private ImmutableArray<ElfSegment> Place(IReadOnlyList<ElfCoreSegment> segments, int notesAt, ulong headersBytes)
    {
        var placed = ImmutableArray.CreateBuilder<ElfSegment>((int)_header.ProgramHeaderCount);
        if (_header.ProgramHeaderCount > segments.Count)
        {
            placed.Add(new()
            {
                Type = ElfSegmentType.Note,
                OffsetBytes = (ulong)notesAt,
                FileBytes = headersBytes - (ulong)notesAt,
                AlignmentBytes = NoteAlignmentBytes,
            });
        }

        ulong at = headersBytes;
        foreach (ElfCoreSegment segment in segments)
        {
            _ = CheckFits(_header.Class, "memory", segment.Address, segment.LengthBytes);
            _ = CheckFits(_header.Class, "length of a segment", segment.LengthBytes, 0);
            placed.Add(new()
            {
                Index = placed.Count,
                Type = ElfSegmentType.Load,
                Flags = AllFlags,
                OffsetBytes = CheckFileFits(_header.Class, at, segment.LengthBytes),
                FileBytes = segment.LengthBytes,
                MemoryBytes = segment.LengthBytes,
                VirtualAddress = segment.Address,
                PhysicalAddress = segment.Address,
            });
            at += segment.LengthBytes;
        }

        return placed.MoveToImmutable();
    }

    private void WriteHeaders(ElfLayout layout)
    {
        HeaderEncoder.Write(_headers, _header);
        foreach (ElfSegment segment in Segments)
        {
            int at = layout.HeaderBytes + (segment.Index * layout.ProgramHeaderBytes);
            HeaderEncoder.Write(_headers.AsSpan(at), segment, _header);
        }
    }

    private void WriteNotes(IReadOnlyList<ElfCoreNote> notes, int notesAt)
    {
        int at = notesAt;
        foreach (ElfCoreNote note in notes)
        {
            Span<byte> bytes = _headers.AsSpan(at);
            ElfFieldWriter fields = new(bytes, _header.Class, _header.ByteOrder);
            fields.Word(0, (uint)note.Owner.Length + 1);
            fields.Word(4, (uint)note.Descriptor.Length);
            fields.Word(8, note.Type);
            _ = Encoding.ASCII.GetBytes(note.Owner, bytes[NoteHeaderBytes..]);
            note.Descriptor.Span.CopyTo(bytes[(int)(NoteHeaderBytes + OwnerBytes(note))..]);
            at += (int)NoteBytes(note);
        }
    }

    private static long NoteBytes(ElfCoreNote note)
        => NoteHeaderBytes + OwnerBytes(note) + PadToNote(note.Descriptor.Length);

    private static long OwnerBytes(ElfCoreNote note) => PadToNote(note.Owner.Length + 1L);

    private static long PadToNote(long bytes) => (bytes + NoteAlignmentBytes - 1) & -NoteAlignmentBytes;
}
