// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using OpenAmp.Elf;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Holds the program headers of all images against the signed hash table, one after the other.</summary>
/// <remarks>
/// <para>The table's order is the images' order. Each entry is used once, by a program header that equals it in every
/// field; each loadable program header uses one. So nothing can be added, dropped, doubled, moved or loaded in
/// another order: where segments overlap, the order decides what is in memory.</para>
/// <para>Upstream's script lists all program headers, other packers only the loadable ones. One that is not loaded may
/// therefore be missing, if its type has no influence on what runs.</para>
/// </remarks>
internal sealed class HashTableMatch(IReadOnlyList<FirmwareHashEntry> table, bool isWholeImageSigned)
{
    private readonly FirmwareHashEntry[] _narrow = [.. table.Where(entry => entry.Class == ElfClass.Elf32)];
    private readonly FirmwareHashEntry[] _wide = [.. table.Where(entry => entry.Class == ElfClass.Elf64)];
    private int _nextNarrow;
    private int _nextWide;

    /// <summary>Takes the next image: every program header of it finds its entry, or is refused.</summary>
    internal void Take(SignedFirmwareImage image, ElfImage elf)
    {
        if (elf.Header.Class == ElfClass.Elf32)
        {
            Take(image, elf, _narrow, ref _nextNarrow);
        }
        else
        {
            Take(image, elf, _wide, ref _nextWide);
        }
    }

    /// <summary>Refuses a table of which entries are left over.</summary>
    internal void Finish()
    {
        Finish(_narrow, _nextNarrow);
        Finish(_wide, _nextWide);
    }

    private static void Finish(FirmwareHashEntry[] entries, int next)
    {
        if (next != entries.Length)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.EntryUsed, entries[next].TableOffsetBytes,
                "every entry of the hash table to be a program header of an image",
                Invariant($"entry {next} ({Describe(entries[next])}) that is none, or is out of order"),
                "A segment was taken out of the image after it was signed.");
        }
    }

    private void Take(SignedFirmwareImage image, ElfImage elf, FirmwareHashEntry[] entries, ref int next)
    {
        foreach (ElfSegment segment in elf.Segments)
        {
            if (next < entries.Length && entries[next].Describes(elf.Header.Class, segment))
            {
                CheckHash(image, segment, entries[next]);
                next++;
                continue;
            }

            if (segment.Type == ElfSegmentType.Load)
            {
                string expected = next < entries.Length ? Describe(entries[next]) : "it has no further entry";
                throw Unlisted(image, elf, segment, expected);
            }

            if (!isWholeImageSigned && !IsHarmless(segment.Type))
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.HeaderHarmless, HeaderOffset(image, elf, segment),
                    "program headers that change how the image runs to be in the hash table",
                    Invariant($"an unlisted one of type {segment.Type} (0x{(uint)segment.Type:x})"),
                    "Sign the image with openamp firmware sign, which covers all of it.");
            }
        }
    }

    private static void CheckHash(SignedFirmwareImage image, in ElfSegment segment, in FirmwareHashEntry entry)
    {
        byte[] actual = SHA256.HashData(FileBytesOf(image, segment));
        if (!CryptographicOperations.FixedTimeEquals(actual, entry.Hash.Span))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.SegmentHash, image.FileOffsetOf(segment.OffsetBytes),
                Invariant($"segment {segment.Index} of image {image.Index} to have the SHA-256 ")
                    + Convert.ToHexStringLower(entry.Hash.Span),
                Convert.ToHexStringLower(actual), "The image was altered after it was signed.");
        }
    }

    internal static ReadOnlySpan<byte> FileBytesOf(SignedFirmwareImage image, in ElfSegment segment)
    {
        // ElfImage vouches for the range, but for an unused header (PT_NULL) and for one without bytes in the file.
        if (segment.FileBytes == 0)
        {
            return [];
        }

        if (!segment.FileRange.IsWithin((ulong)image.Content.Length))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.InnerImage, image.OffsetBytes,
                Invariant($"the bytes of program header {segment.Index} to lie within image {image.Index}"),
                Invariant($"{segment.FileBytes} bytes at 0x{segment.OffsetBytes:x}"));
        }

        return image.Content.Span.Slice((int)segment.OffsetBytes, (int)segment.FileBytes);
    }

    private static FirmwareAuthenticationException Unlisted(
        SignedFirmwareImage image, ElfImage elf, in ElfSegment segment, string expected) =>
        FirmwareAuthenticationException.Broken(
            FirmwareAuthenticationRule.SegmentListed, HeaderOffset(image, elf, segment),
            Invariant($"program header {segment.Index} of image {image.Index} to be the next in the hash ")
                + Invariant($"table ({expected})"),
            Describe(FirmwareHashEntry.Of(elf.Header.Class, segment, ReadOnlyMemory<byte>.Empty)),
            "The image was altered after it was signed, or its segments were never listed.");

    private static long HeaderOffset(SignedFirmwareImage image, ElfImage elf, in ElfSegment segment) =>
        image.OffsetBytes + (long)elf.Header.ProgramHeadersOffsetBytes
            + ((long)segment.Index * elf.Header.ProgramHeaderBytes);

    // What a loader and the kernel ignore, or take as a hint that cannot redirect anything.
    private static bool IsHarmless(ElfSegmentType type) => type
        is ElfSegmentType.Null
        or ElfSegmentType.Note
        or ElfSegmentType.ProgramHeaders
        or ElfSegmentType.GnuExceptionFrame
        or ElfSegmentType.GnuStack
        or ElfSegmentType.GnuReadOnlyAfterRelocation
        or ElfSegmentType.GnuProperty
        or ElfSegmentType.ArmExceptionIndex
        or ElfSegmentType.RiscVAttributes;

    private static string Describe(in FirmwareHashEntry entry) => Invariant(
        $"{entry.Type}, {entry.FileBytes} bytes at 0x{entry.OffsetBytes:x}, {entry.MemoryBytes} in memory at ")
        + Invariant(
            $"0x{entry.PhysicalAddress:x} (virtual 0x{entry.VirtualAddress:x}), {entry.Flags}, aligned to ")
        + Invariant($"{entry.AlignmentBytes}");
}
