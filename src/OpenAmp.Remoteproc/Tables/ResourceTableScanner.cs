// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Remoteproc;

/// <summary>Finds a resource table in bytes that do not say where it is: the last means, for a stripped
/// image.</summary>
/// <remarks>
/// Strict: a candidate stands on a multiple of 4 (version 2: 8), has at least one entry, starts its first entry right
/// behind its offsets, fully validates, has at least one entry of a known kind, and what its entries say could be
/// meant: regions have a length and a printable name, virtio devices have a vring. It ends where its last entry ends.
/// Several candidates are an error, for guessing starts a processor with the wrong memory. A table that is merely like
/// one cannot be told from one: name the table's place in the image where you can.
/// </remarks>
public static class ResourceTableScanner
{
    /// <summary>Most candidates that are told; more than one is an error anyhow.</summary>
    public const int MaxCandidateCount = 16;

    private const int StepBytes = 4;

    /// <summary>Looks for the one table.</summary>
    /// <param name="image">The bytes, of any length; nothing of them is copied.</param>
    /// <param name="offsetBytes">Where the table starts.</param>
    /// <param name="lengthBytes">How long it is.</param>
    /// <returns><see langword="false"/> when there is none.</returns>
    /// <exception cref="ResourceTableException">There are several; the message lists them.</exception>
    public static bool TryFind(ReadOnlySpan<byte> image, out int offsetBytes, out int lengthBytes)
    {
        IReadOnlyList<Range> found = FindAll(image);
        if (found.Count > 1)
        {
            string places = string.Join(", ", found.Select(candidate => JsonNumbers.Hex((ulong)candidate.Start.Value)));
            string more = found.Count == MaxCandidateCount ? " and perhaps more" : "";
            throw new ResourceTableException(
                $"The image has several pieces that could be its resource table, at the offsets {places}{more}. "
                + "Expected "
                + "one: keep the section .resource_table, or say where the table is.");
        }

        (offsetBytes, lengthBytes) = found.Count == 1 ? found[0].GetOffsetAndLength(image.Length) : (0, 0);
        return found.Count == 1;
    }

    /// <summary>Looks for everything that could be a table.</summary>
    /// <param name="image">The bytes.</param>
    /// <returns>Where they are, in order; the first <see cref="MaxCandidateCount"/> of them. What lies inside a
    /// candidate is not looked at again.</returns>
    public static IReadOnlyList<Range> FindAll(ReadOnlySpan<byte> image)
    {
        List<Range> found = [];
        int at = 0;
        while (at <= image.Length - ResourceTableHeader.SizeBytes && found.Count < MaxCandidateCount)
        {
            int length = LengthAt(image[at..], at);
            if (length > 0 && !IsPlausible(image.Slice(at, length)))
            {
                length = 0;
            }

            if (length > 0)
            {
                found.Add(new Range(at, at + length));
            }

            at += length > 0 ? (length + StepBytes - 1) & ~(StepBytes - 1) : StepBytes;
        }

        return found;
    }

    // The cheap tests come first: nearly every place fails them.
    private static int LengthAt(ReadOnlySpan<byte> rest, int offset)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        uint entryCount = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (version is not (1 or 2) || entryCount is 0 or > ResourceTableReader.MaxEntryCount)
        {
            return 0;
        }

        return version == ResourceTable.WideVersion
            ? offset % ResourceItemHead.AlignmentBytes == 0 ? WideLength(rest) : 0
            : NarrowLength(rest, (int)entryCount);
    }

    // Few places get here, so that a parsed copy may be made. Zeros behind a one are valid, and they are everywhere.
    private static bool IsPlausible(ReadOnlySpan<byte> candidate)
        => ResourceTable.TryParse(candidate, out ResourceTable? table, out _)
            && table.Carveouts.All(carveout => carveout.LengthBytes > 0 && IsPrintable(carveout.Name))
            && table.Devmems.All(devmem => devmem.LengthBytes > 0 && IsPrintable(devmem.Name))
            && table.Traces.All(trace => trace.LengthBytes > 0 && IsPrintable(trace.Name))
            && table.Parameters.All(block => IsPrintable(block.Name))
            && table.Vdevs.All(vdev => vdev.DeviceId > 0 && vdev.Vrings.Count > 0);

    private static bool IsPrintable(string name) => !name.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static int WideLength(ReadOnlySpan<byte> rest)
    {
        if (!ResourceItemReader.TryCreate(rest, out ResourceItemReader reader, out _) || !reader.TryValidate(out _)
            || reader.LengthBytes > ResourceTableReader.MaxLengthBytes)
        {
            return 0;
        }

        for (int i = 0; reader.TryGetItem(i, out ResourceItem item); i++)
        {
            if (item.Kind != ResourceKind.Unknown)
            {
                return reader.LengthBytes;
            }
        }

        return 0;
    }

    // Version 1 does not tell its length: it is where the entry that stands last ends.
    private static int NarrowLength(ReadOnlySpan<byte> rest, int entryCount)
    {
        ReadOnlySpan<byte> window = rest[..Math.Min(rest.Length, ResourceTableReader.MaxLengthBytes)];
        if (!ResourceTableReader.TryCreate(window, out ResourceTableReader reader, out _)
            || !StartsBehindOffsets(window, entryCount)
            || !reader.TryValidate(out _))
        {
            return 0;
        }

        long end = 0;
        bool hasKnown = false;
        for (int i = 0; i < reader.EntryCount; i++)
        {
            if (!reader.TryGetEntry(i, out ResourceEntry entry, out _))
            {
                return 0;
            }

            hasKnown |= entry.Kind is not (ResourceKind.Unknown or ResourceKind.Vendor);
            end = Math.Max(end, entry.OffsetBytes + LengthOf(entry));
        }

        return hasKnown ? (int)end : 0;
    }

    private static bool StartsBehindOffsets(ReadOnlySpan<byte> table, int entryCount)
    {
        uint first = uint.MaxValue;
        for (int i = 0; i < entryCount; i++)
        {
            int slot = ResourceTableHeader.SizeBytes + (i * ResourceTableHeader.OffsetSizeBytes);
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(table[slot..]);
            first = Math.Min(first, offset);
            if (offset % StepBytes != 0)
            {
                return false;
            }
        }

        // Padding up to 8 is what compilers insert.
        uint offsetsEnd = (uint)(ResourceTableHeader.SizeBytes + (entryCount * ResourceTableHeader.OffsetSizeBytes));
        return first >= offsetsEnd && first - offsetsEnd <= StepBytes;
    }

    private static long LengthOf(ResourceEntry entry) => entry.Kind switch
    {
        ResourceKind.Carveout => CarveoutEntry.SizeBytes,
        ResourceKind.Devmem => DevmemEntry.SizeBytes,
        ResourceKind.Trace => TraceEntry.SizeBytes,
        ResourceKind.Vdev when entry.TryReadVdev(out ResourceVdev vdev, out _) => vdev.LengthBytes,
        ResourceKind.Vendor when entry.TryReadVendor(out _, out ReadOnlySpan<byte> body, out _)
            => VendorEntry.SizeBytes + body.Length,
        _ => sizeof(uint),
    };
}
