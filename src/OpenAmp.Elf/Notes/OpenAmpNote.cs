// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>Where a firmware's resource table is in memory, said in a note: it survives when the section headers are
/// stripped.</summary>
/// <remarks>
/// <para>A note of owner "OpenAMP" and type 1, in a segment of type <see cref="ElfSegmentType.Note"/>. Its descriptor
/// is two words of 64 bits in the file's byte order: the table's address, and its length in bytes. A C compiler makes
/// it of a constant structure in a section whose name begins with ".note".</para>
/// <para>It says where the table should be, not that there is one: <see cref="ElfImage.TryFindContent"/> finds its
/// bytes in the file.</para>
/// </remarks>
/// <param name="Address">The table's address as the program has it: virtual, as a section's would be.</param>
/// <param name="LengthBytes">The table's length in bytes.</param>
public readonly record struct OpenAmpNote(ulong Address, ulong LengthBytes)
{
    /// <summary>The note's type.</summary>
    public const uint TableType = 1;

    /// <summary>The length of the note's descriptor in bytes.</summary>
    public const int DescriptorBytes = 16;

    private const int OwnerAt = 12;
    private const int DescriptorAt = 20;

    /// <summary>The note's owner.</summary>
    public static ReadOnlySpan<byte> Owner => "OpenAMP"u8;

    /// <summary>Finds the first such note of a file in memory.</summary>
    /// <param name="image">The file's headers.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="note">The note, when true is returned.</param>
    /// <param name="fault">Why none was found, when notes are malformed; the default value when there is none.</param>
    /// <exception cref="ArgumentException">The file is shorter than the one that was parsed.</exception>
    public static bool TryFind(ElfImage image, ReadOnlySpan<byte> file, out OpenAmpNote note, out ElfFault fault)
    {
        note = default;
        fault = default;
        foreach (ref readonly ElfSegment segment in image.Segments.AsSpan())
        {
            if (segment.Type != ElfSegmentType.Note)
            {
                continue;
            }

            ReadOnlySpan<byte> content = segment.FileBytes == 0 ? default : segment.FileRange.Slice(file);
            if (TryFind(segment, content, image.Header.ByteOrder, out note, out ElfFault segmentFault))
            {
                fault = default;
                return true;
            }

            fault = fault.Rule == ElfRule.None ? segmentFault : fault;
        }

        return false;
    }

    /// <summary>Finds the first such note of a segment.</summary>
    /// <param name="segment">The segment, of type <see cref="ElfSegmentType.Note"/>.</param>
    /// <param name="content">Its bytes in the file.</param>
    /// <param name="byteOrder">The file's byte order.</param>
    /// <param name="note">The note, when true is returned.</param>
    /// <param name="fault">Why none was found, when notes are malformed; the default value when there is none.</param>
    public static bool TryFind(
        in ElfSegment segment,
        ReadOnlySpan<byte> content,
        ElfByteOrder byteOrder,
        out OpenAmpNote note,
        out ElfFault fault)
    {
        note = default;
        ElfNoteReader reader = new(content, byteOrder, segment.AlignmentBytes, segment.OffsetBytes);
        while (reader.TryRead(out ElfNote candidate))
        {
            if (candidate.Type == TableType && candidate.Owner.SequenceEqual(Owner))
            {
                return TryDecode(candidate, byteOrder, out note, out fault);
            }
        }

        fault = reader.Fault;
        return false;
    }

    /// <summary>The whole note as bytes, for a section of type <see cref="ElfSectionType.Note"/>. Allocates.</summary>
    /// <param name="byteOrder">The file's byte order.</param>
    public byte[] ToBytes(ElfByteOrder byteOrder)
    {
        byte[] bytes = new byte[DescriptorAt + DescriptorBytes];
        ElfFieldWriter fields = new(bytes, ElfClass.Elf64, byteOrder);
        fields.Word(0, (uint)Owner.Length + 1);
        fields.Word(4, DescriptorBytes);
        fields.Word(8, TableType);
        Owner.CopyTo(bytes.AsSpan(OwnerAt));
        fields.DoubleWord(DescriptorAt, Address);
        fields.DoubleWord(DescriptorAt + sizeof(ulong), LengthBytes);
        return bytes;
    }

    private static bool TryDecode(in ElfNote note, ElfByteOrder byteOrder, out OpenAmpNote table, out ElfFault fault)
    {
        table = default;
        fault = default;
        if (note.Descriptor.Length != DescriptorBytes)
        {
            fault = new(
                ElfRule.NoteDescriptorSize,
                note.OffsetBytes,
                DescriptorBytes,
                (ulong)note.Descriptor.Length,
                $"the note of OpenAMP has {note.Descriptor.Length} bytes, an address and a length have "
                    + $"{DescriptorBytes}");
            return false;
        }

        ElfFields fields = new(note.Descriptor, ElfClass.Elf64, byteOrder);
        table = new(fields.DoubleWord(0), fields.DoubleWord(sizeof(ulong)));
        return true;
    }
}
