// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <summary>Finds the resource table in an ELF: by its section; in a stripped one by a note; and as the last means by
/// looking for bytes that can be nothing else.</summary>
internal static class ElfTableFinder
{
    // Notes are short, and firmware whose table has to be searched for is small: what is longer is not looked at.
    private const ulong MaxNoteBytes = 64 << 10;
    private const ulong MaxScannedBytes = 16 << 20;

    /// <summary>Finds the table.</summary>
    /// <returns>Where it stands in the file, or <see langword="null"/>.</returns>
    /// <exception cref="FirmwareException">A note is malformed, or names what is in no segment.</exception>
    public static async ValueTask<ElfRange?> FindAsync(
        FirmwareStore store,
        ElfImage elf,
        CancellationToken cancellationToken)
    {
        if (elf.TryFindSection(ElfFirmwareFormat.ResourceTableSection, out ElfSection section))
        {
            return section.FileRange;
        }

        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegmentType.Note && segment.FileBytes is > 0 and <= MaxNoteBytes)
            {
                byte[] notes = await ReadAsync(store, segment, cancellationToken).ConfigureAwait(false);
                if (FindNote(store, elf, segment, notes) is { } table)
                {
                    return table;
                }
            }
        }

        // With sections, an image without that section has no table. Without any, nobody knows.
        return elf.Sections.Length > 1 ? null : await ScanAsync(store, elf, cancellationToken).ConfigureAwait(false);
    }

    private static ElfRange? FindNote(FirmwareStore store, ElfImage elf, ElfSegment segment, byte[] notes)
    {
        if (!OpenAmpNote.TryFind(segment, notes, elf.Header.ByteOrder, out OpenAmpNote note, out ElfFault fault))
        {
            return fault == default ? null : throw new FirmwareException(
                $"The notes of '{store.Name}' are malformed: {fault}");
        }

        if (elf.TryFindContent(note.Address, note.LengthBytes, out ElfRange table))
        {
            return table;
        }

        throw new FirmwareException($"The OpenAMP note of '{store.Name}' says that the resource table has "
            + $"{note.LengthBytes} bytes at 0x{note.Address:x}, but no segment loads them. Correct the note.");
    }

    private static async ValueTask<ElfRange?> ScanAsync(
        FirmwareStore store,
        ElfImage elf,
        CancellationToken cancellationToken)
    {
        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.IsLoadable && segment.FileBytes is > 0 and <= MaxScannedBytes)
            {
                byte[] content = await ReadAsync(store, segment, cancellationToken).ConfigureAwait(false);
                if (ResourceTableScanner.TryFind(content, out int offset, out int length))
                {
                    return new ElfRange(segment.OffsetBytes + (ulong)offset, (ulong)length);
                }
            }
        }

        return null;
    }

    private static async ValueTask<byte[]> ReadAsync(
        FirmwareStore store,
        ElfSegment segment,
        CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[segment.FileBytes];
        await store.ReadAsync((long)segment.OffsetBytes, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}
