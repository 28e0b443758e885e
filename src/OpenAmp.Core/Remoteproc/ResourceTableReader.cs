// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Reads a resource table: which memory, devices and logs a firmware image asks for.</summary>
/// <remarks>
/// <para>To hold one from <see cref="TryCreate"/> is to know that the head is right and that every entry starts
/// within the table. Each entry's own verb checks the rest; <see cref="TryValidate"/> runs them all.</para>
/// <para>The span is a private copy, or an image nobody writes: a table in shared memory changes under the reader's
/// eyes, so take it out with <see cref="TryCopy"/> first. One table has one reader; nothing here allocates.</para>
/// </remarks>
public readonly ref struct ResourceTableReader
{
    /// <summary>Most entries this library accepts in a table.</summary>
    public const int MaxEntryCount = 256;

    /// <summary>Longest table this library's loaders copy, in bytes. The reader itself takes any span: it copies
    /// nothing.</summary>
    public const int MaxLengthBytes = 1 << 20;

    private const uint EntryCountOffset = 4;
    private const uint Reserved0Offset = 8;
    private const uint Reserved1Offset = 12;

    private readonly ReadOnlySpan<byte> _table;

    private ResourceTableReader(ReadOnlySpan<byte> table, int entryCount)
    {
        _table = table;
        EntryCount = entryCount;
    }

    /// <summary>Number of entries, 0 to <see cref="MaxEntryCount"/>.</summary>
    public int EntryCount { get; }

    /// <summary>Length of the span the table was read from, in bytes; it may be longer than the table.</summary>
    public int LengthBytes => _table.Length;

    /// <summary>Copies a table out of shared memory, once, by aligned words.</summary>
    /// <param name="table">Where the table is, from its first byte.</param>
    /// <param name="copy">Takes as many bytes as it is long.</param>
    /// <returns><see langword="false"/> when the region is shorter than the copy; nothing is copied then.</returns>
    public static bool TryCopy(in SharedRegion table, Span<byte> copy)
    {
        if (table.LengthBytes < (uint)copy.Length)
        {
            return false;
        }

        unsafe
        {
            // SAFETY: the region's maker vouched for its bytes, and it is at least as long as the copy.
            SharedBytes.CopyOut(table.Start, copy);
        }

        return true;
    }

    /// <summary>Checks the head of a table and where its entries start.</summary>
    /// <param name="table">The table; bytes after it are allowed.</param>
    /// <param name="reader">The reader, when the head is right.</param>
    /// <param name="fault">What is wrong, and where.</param>
    /// <returns><see langword="false"/> when the table is cut short, has another version, a reserved word that is not
    /// zero, too many entries, or an entry outside itself.</returns>
    public static bool TryCreate(
        ReadOnlySpan<byte> table,
        out ResourceTableReader reader,
        out ResourceTableFault fault)
    {
        reader = default;
        if (!TryCheckHead(table, out int entryCount, out fault))
        {
            return false;
        }

        var candidate = new ResourceTableReader(table, entryCount);
        uint firstOffset = (uint)(ResourceTableHeader.SizeBytes + (entryCount * ResourceTableHeader.OffsetSizeBytes));
        for (int i = 0; i < entryCount; i++)
        {
            uint offset = candidate.OffsetOf(i);

            // The head is 16 bytes at least, so the subtraction does not wrap.
            if (offset < firstOffset || offset > (uint)table.Length - sizeof(ResourceType))
            {
                fault = new ResourceTableFault(ResourceTableError.OffsetOutside, SlotOf(i), offset);
                return false;
            }
        }

        reader = candidate;
        return true;
    }

    /// <summary>Finds one entry.</summary>
    /// <param name="index">Its place in the table, from 0.</param>
    /// <param name="entry">The entry; it points into the table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when there is no such entry, or another one starts in its type word.</returns>
    public bool TryGetEntry(int index, out ResourceEntry entry, out ResourceTableFault fault)
    {
        entry = default;
        fault = default;
        if (index < 0 || index >= EntryCount)
        {
            fault = new ResourceTableFault(ResourceTableError.NotFound, 0, unchecked((uint)index));
            return false;
        }

        uint offset = OffsetOf(index);
        uint end = EndOf(index, offset);
        if (end - offset < sizeof(ResourceType))
        {
            fault = new ResourceTableFault(ResourceTableError.EntryOverlap, offset, end - offset);
            return false;
        }

        bool isFollowed = end < (uint)_table.Length;
        entry = new ResourceEntry(_table[(int)offset..(int)end], offset, isFollowed);
        return true;
    }

    /// <summary>Finds and checks the n-th virtio device, in the order of the table.</summary>
    /// <param name="ordinal">Which one, from 0; other entries do not count.</param>
    /// <param name="vdev">The device; it points into the table.</param>
    /// <param name="fault">Why not: <see cref="ResourceTableError.NotFound"/> when the table has fewer.</param>
    /// <returns><see langword="false"/> also when that device, or an entry before it, is damaged.</returns>
    public bool TryFindVdev(int ordinal, out ResourceVdev vdev, out ResourceTableFault fault)
    {
        vdev = default;
        int seen = 0;
        for (int i = 0; i < EntryCount; i++)
        {
            if (!TryGetEntry(i, out ResourceEntry entry, out fault))
            {
                return false;
            }

            if (entry.Kind == ResourceKind.Vdev && seen++ == ordinal)
            {
                return entry.TryReadVdev(out vdev, out fault);
            }
        }

        fault = new ResourceTableFault(ResourceTableError.NotFound, 0, unchecked((uint)ordinal));
        return false;
    }

    /// <summary>Checks every entry as its verb would, stopping at the first that is wrong.</summary>
    /// <param name="fault">What is wrong, and where.</param>
    /// <returns><see langword="true"/> when each entry of a known type can be read; an entry of unknown type is no
    /// fault.</returns>
    /// <remarks>Notify ids are left to <see cref="TryValidateNotifyIds"/>: a host that hands them out itself does not
    /// mind what an image holds.</remarks>
    public bool TryValidate(out ResourceTableFault fault)
    {
        for (int i = 0; i < EntryCount; i++)
        {
            if (!TryGetEntry(i, out ResourceEntry entry, out fault) || !entry.TryValidate(out fault))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    /// <summary>Checks that no two vrings of the table have the same notify id.</summary>
    /// <param name="fault">Which one repeats another's, or which entry is wrong.</param>
    /// <returns><see langword="false"/> also when an entry cannot be read, or the table has more than
    /// <see cref="VdevEntry.MaxVringCount"/> vrings.</returns>
    /// <remarks><see cref="NotifyId.Any"/> is never a repetition. The vdev entries' own ids are not compared: tables in
    /// the field give the device the id of its first vring.</remarks>
    public bool TryValidateNotifyIds(out ResourceTableFault fault)
    {
        Span<uint> seen = stackalloc uint[VdevEntry.MaxVringCount];
        int seenCount = 0;
        for (int i = 0; i < EntryCount; i++)
        {
            if (!TryGetEntry(i, out ResourceEntry entry, out fault))
            {
                return false;
            }

            if (entry.Kind == ResourceKind.Vdev
                && (!entry.TryReadVdev(out ResourceVdev vdev, out fault)
                    || !TryCollectNotifyIds(vdev, seen, ref seenCount, out fault)))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    private static bool TryCheckHead(ReadOnlySpan<byte> table, out int entryCount, out ResourceTableFault fault)
    {
        entryCount = 0;
        fault = new ResourceTableFault(ResourceTableError.Truncated, (uint)table.Length, (uint)table.Length);
        if (table.Length < ResourceTableHeader.SizeBytes)
        {
            return false;
        }

        ResourceTableHeader head = MemoryMarshal.Read<ResourceTableHeader>(table);
        if (head.Version != ResourceTableHeader.SupportedVersion)
        {
            fault = new ResourceTableFault(ResourceTableError.UnsupportedVersion, 0, head.Version);
        }
        else if (head.Reserved0 != 0)
        {
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, Reserved0Offset, head.Reserved0);
        }
        else if (head.Reserved1 != 0)
        {
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, Reserved1Offset, head.Reserved1);
        }
        else if (head.EntryCount > MaxEntryCount)
        {
            fault = new ResourceTableFault(ResourceTableError.TooManyEntries, EntryCountOffset, head.EntryCount);
        }
        else if ((table.Length - ResourceTableHeader.SizeBytes) / ResourceTableHeader.OffsetSizeBytes
            >= (int)head.EntryCount)
        {
            fault = default;
            entryCount = (int)head.EntryCount;
            return true;
        }

        return false;
    }

    private static bool TryCollectNotifyIds(
        ResourceVdev vdev,
        Span<uint> seen,
        ref int seenCount,
        out ResourceTableFault fault)
    {
        fault = default;
        for (int i = 0; vdev.TryGetVring(i, out VringEntry vring); i++)
        {
            uint at = ResourceVdev.VringOffset(vdev.OffsetBytes, i) + VringEntry.NotifyIdOffset;
            if (seenCount == seen.Length)
            {
                fault = new ResourceTableFault(ResourceTableError.VringCount, at, (uint)seenCount + 1);
                return false;
            }

            if (vring.NotifyId != NotifyId.Any && Contains(seen[..seenCount], vring.NotifyId))
            {
                fault = new ResourceTableFault(ResourceTableError.DuplicateNotifyId, at, vring.NotifyId);
                return false;
            }

            seen[seenCount++] = vring.NotifyId;
        }

        return true;
    }

    private static bool Contains(ReadOnlySpan<uint> ids, uint wanted)
    {
        foreach (uint id in ids)
        {
            if (id == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private static uint SlotOf(int index)
        => (uint)(ResourceTableHeader.SizeBytes + (index * ResourceTableHeader.OffsetSizeBytes));

    private uint OffsetOf(int index)
        => MemoryMarshal.Read<uint>(_table[(int)SlotOf(index)..]);

    // Entries may stand in any order, so the next one is looked for; one at the very same place leaves no bytes.
    private uint EndOf(int index, uint offset)
    {
        uint end = (uint)_table.Length;
        for (int i = 0; i < EntryCount; i++)
        {
            uint other = OffsetOf(i);
            if (i != index && other >= offset && other < end)
            {
                end = other;
            }
        }

        return end;
    }
}
