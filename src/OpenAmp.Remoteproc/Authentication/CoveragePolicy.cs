// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Elf;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Holds what the signature does not cover (ELF header, sections, notes) against what it does: the segments.
/// </summary>
/// <remarks>Only for images that are not signed as a whole. What is left to somebody who alters such an image: another
/// entry point among the executable bytes that were signed, another resource table among the bytes that were signed,
/// or none.</remarks>
internal static class CoveragePolicy
{
    private const string TableSection = ".resource_table";
    private const string Advice =
        "Sign the image with openamp firmware sign, which covers all of it, or link it so that a segment covers this.";

    internal static void Check(SignedFirmwareImage image, ElfImage elf, bool allowNoEntryPoint)
    {
        CheckByteOrder(image, elf);
        CheckEntryPoint(image, elf, allowNoEntryPoint);
        CheckSections(image, elf);
        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegmentType.Note)
            {
                CheckNote(image, elf, segment);
            }
        }
    }

    // The hash table is little-endian whatever the image is, so it says nothing about the image's own order, in which
    // the resource table would be read. OP-TEE reads little-endian images only.
    private static void CheckByteOrder(SignedFirmwareImage image, ElfImage elf)
    {
        if (elf.Header.ByteOrder != ElfByteOrder.LittleEndian)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.ByteOrder, image.OffsetBytes,
                Invariant($"image {image.Index} to be little-endian, as it is not signed as a whole"),
                "a big-endian one", "Sign the image with openamp firmware sign, which covers all of it.");
        }
    }

    private static void CheckEntryPoint(SignedFirmwareImage image, ElfImage elf, bool allowNoEntryPoint)
    {
        ulong entryPoint = elf.Header.EntryPoint;
        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegmentType.Load
                && (segment.Flags & ElfSegmentFlags.Execute) != 0
                && IsInFileBytes(segment, entryPoint, 1))
            {
                return;
            }
        }

        if (!allowNoEntryPoint || entryPoint != 0)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.EntryPoint, image.OffsetBytes,
                Invariant($"the entry point of image {image.Index} within the bytes of an executable segment"),
                Invariant($"0x{entryPoint:x}"), Advice);
        }
    }

    private static void CheckSections(SignedFirmwareImage image, ElfImage elf)
    {
        int count = 0;
        foreach (ElfSection section in elf.Sections)
        {
            if (!section.IsNamed(TableSection))
            {
                continue;
            }

            count++;
            bool isCovered = elf.TryFindLoadedRange(section.FileRange, out ElfSegment segment)
                && IsSameAddress(segment, section);
            if (!isCovered || count > 1)
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.ResourceTable, image.FileOffsetOf(section.OffsetBytes),
                    Invariant($"one {TableSection} of image {image.Index}, within the bytes and at the ")
                        + "address of a loadable segment",
                    Invariant($"section {section.Index}, {section.SizeBytes} bytes at ")
                        + Invariant($"0x{section.OffsetBytes:x}, address 0x{section.Address:x}, {section.Type}"),
                    Advice);
            }
        }
    }

    // The section's address is where the host looks for the live table: it must be the one that these bytes go to.
    private static bool IsSameAddress(in ElfSegment segment, in ElfSection section)
    {
        ulong distance = section.OffsetBytes - segment.OffsetBytes;
        return section.Address == unchecked(segment.VirtualAddress + distance)
            || section.Address == unchecked(segment.PhysicalAddress + distance);
    }

    // Without a table section, a note says where the table is. It is read by what the loader reads it with, so that
    // both find the same.
    private static void CheckNote(SignedFirmwareImage image, ElfImage elf, in ElfSegment noteSegment)
    {
        ReadOnlySpan<byte> content = HashTableMatch.FileBytesOf(image, noteSegment);
        if (!OpenAmpNote.TryFind(noteSegment, content, elf.Header.ByteOrder, out OpenAmpNote note, out _))
        {
            return;
        }

        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && IsInFileBytes(segment, note.Address, note.LengthBytes))
            {
                return;
            }
        }

        throw FirmwareAuthenticationException.Broken(
            FirmwareAuthenticationRule.ResourceTable, image.FileOffsetOf(noteSegment.OffsetBytes),
            Invariant($"the resource table that a note of image {image.Index} names within the bytes of ")
                + "a loadable segment",
            Invariant($"{note.LengthBytes} bytes at address 0x{note.Address:x}"), Advice);
    }

    private static bool IsInFileBytes(in ElfSegment segment, ulong address, ulong lengthBytes) =>
        lengthBytes != 0
        && (IsWithin(address, lengthBytes, segment.VirtualAddress, segment.FileBytes)
            || IsWithin(address, lengthBytes, segment.PhysicalAddress, segment.FileBytes));

    // No sums of what the file says, so nothing can overflow.
    private static bool IsWithin(ulong address, ulong lengthBytes, ulong start, ulong sizeBytes) =>
        address >= start && address - start <= sizeBytes && lengthBytes <= sizeBytes - (address - start);
}
