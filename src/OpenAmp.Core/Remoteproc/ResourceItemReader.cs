// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Reads a version 2 resource table.</summary>
/// <remarks>
/// <para>To hold one from <see cref="TryCreate"/> is to know that the heads of the table and of every item are right,
/// and that the items fill the table without a gap. Each item's own verb checks the rest; <see cref="TryValidate"/>
/// runs them all.</para>
/// <para>The span is a private copy, or an image nobody writes: take a shared table out with
/// <see cref="ResourceTableReader.TryCopy"/> first. One table has one reader; nothing here allocates.</para>
/// </remarks>
public readonly ref struct ResourceItemReader
{
    private readonly ReadOnlySpan<byte> _table;

    private ResourceItemReader(ReadOnlySpan<byte> table, int itemCount)
    {
        _table = table;
        ItemCount = itemCount;
    }

    /// <summary>Number of items, 0 to <see cref="ResourceTableReader.MaxEntryCount"/>.</summary>
    public int ItemCount { get; }

    /// <summary>Length of the table as its head tells it, in bytes.</summary>
    public int LengthBytes => _table.Length;

    /// <summary>Checks the head of a table and those of its items.</summary>
    /// <param name="table">The table; bytes after it are allowed.</param>
    /// <param name="reader">The reader, when the heads are right.</param>
    /// <param name="fault">What is wrong, and where.</param>
    /// <returns><see langword="false"/> when the table is cut short, has another version, reserved bytes that are not
    /// zero, too many items, an item that reaches past its end, or a length that is not where the last item
    /// ends.</returns>
    public static bool TryCreate(
        ReadOnlySpan<byte> table,
        out ResourceItemReader reader,
        out ResourceTableFault fault)
    {
        reader = default;
        if (!TryCheckHead(table, out ResourceItemTableHeader head, out fault))
        {
            return false;
        }

        var candidate = new ResourceItemReader(table[..(int)head.LengthBytes], (int)head.EntryCount);
        uint offset = ResourceItemTableHeader.SizeBytes;
        for (int i = 0; i < candidate.ItemCount; i++)
        {
            if (!candidate.TryCheckItem(offset, out uint end, out fault))
            {
                return false;
            }

            offset = end;
        }

        if (offset != head.LengthBytes)
        {
            uint at = ResourceItemTableHeader.LengthOffset;
            fault = new ResourceTableFault(ResourceTableError.TableLength, at, head.LengthBytes);
            return false;
        }

        reader = candidate;
        return true;
    }

    /// <summary>Finds one item, by walking to it.</summary>
    /// <param name="index">Its place in the table, from 0.</param>
    /// <param name="item">The item; it points into the table.</param>
    /// <returns><see langword="false"/> when there is no such item.</returns>
    public bool TryGetItem(int index, out ResourceItem item)
    {
        item = default;
        if (index < 0 || index >= ItemCount)
        {
            return false;
        }

        uint offset = ResourceItemTableHeader.SizeBytes;
        for (int i = 0; i < index; i++)
        {
            offset = PaddedEnd(offset, LengthAt(offset));
        }

        item = new ResourceItem(_table.Slice((int)offset, (int)LengthAt(offset)), offset);
        return true;
    }

    /// <summary>Finds and checks the n-th virtio device, in the order of the table.</summary>
    /// <param name="ordinal">Which one, from 0; other items do not count.</param>
    /// <param name="vdev">The device; it points into the table.</param>
    /// <param name="fault">Why not: <see cref="ResourceTableError.NotFound"/> when the table has fewer.</param>
    /// <returns><see langword="false"/> also when that device is damaged.</returns>
    public bool TryFindVdev(int ordinal, out ResourceItemVdev vdev, out ResourceTableFault fault)
    {
        int seen = 0;
        for (int i = 0; TryGetItem(i, out ResourceItem item); i++)
        {
            if (item.Kind == ResourceKind.Vdev && seen++ == ordinal)
            {
                return item.TryReadVdev(out vdev, out fault);
            }
        }

        vdev = default;
        fault = new ResourceTableFault(ResourceTableError.NotFound, 0, unchecked((uint)ordinal));
        return false;
    }

    /// <summary>Checks every item as its verb would, stopping at the first that is wrong.</summary>
    /// <param name="fault">What is wrong, and where.</param>
    /// <returns><see langword="true"/> when each item of a known kind can be read; one of an unknown kind is no
    /// fault here: whether it is required is in its head.</returns>
    public bool TryValidate(out ResourceTableFault fault)
    {
        for (int i = 0; TryGetItem(i, out ResourceItem item); i++)
        {
            if (!item.TryValidate(out fault))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    internal static uint PaddedEnd(uint offset, uint lengthBytes)
        => (offset + lengthBytes + ResourceItemHead.AlignmentBytes - 1) & ~(ResourceItemHead.AlignmentBytes - 1u);

    private static bool TryCheckHead(
        ReadOnlySpan<byte> table,
        out ResourceItemTableHeader head,
        out ResourceTableFault fault)
    {
        head = default;
        fault = new ResourceTableFault(ResourceTableError.Truncated, (uint)table.Length, (uint)table.Length);
        if (table.Length < ResourceItemTableHeader.SizeBytes)
        {
            return false;
        }

        head = MemoryMarshal.Read<ResourceItemTableHeader>(table);
        uint lengthAt = ResourceItemTableHeader.LengthOffset;
        if (head.Version != ResourceItemTableHeader.SupportedVersion)
        {
            fault = new ResourceTableFault(ResourceTableError.UnsupportedVersion, 0, head.Version);
        }
        else if (head.EntryCount > ResourceTableReader.MaxEntryCount)
        {
            uint at = ResourceItemTableHeader.EntryCountOffset;
            fault = new ResourceTableFault(ResourceTableError.TooManyEntries, at, head.EntryCount);
        }
        else if (head.Flags != 0)
        {
            uint at = ResourceItemTableHeader.FlagsOffset;
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, head.Flags);
        }
        else if (head.LengthBytes < ResourceItemTableHeader.SizeBytes
            || head.LengthBytes % ResourceItemHead.AlignmentBytes != 0)
        {
            fault = new ResourceTableFault(ResourceTableError.TableLength, lengthAt, head.LengthBytes);
        }
        else if (head.LengthBytes <= (uint)table.Length)
        {
            fault = default;
        }

        return fault.Error == ResourceTableError.None;
    }

    // The offset is a multiple of 8 within the table, which ends on one, so there is room for nothing or for half a
    // head at least.
    private bool TryCheckItem(uint offset, out uint end, out ResourceTableFault fault)
    {
        end = offset;
        uint left = (uint)_table.Length - offset;
        if (left < ResourceItemHead.SizeBytes)
        {
            fault = new ResourceTableFault(ResourceTableError.EntryTruncated, offset, left);
            return false;
        }

        ResourceItemHead head = MemoryMarshal.Read<ResourceItemHead>(_table[(int)offset..]);
        if (!TryCheckItemHead(head, offset, left, out fault))
        {
            return false;
        }

        end = PaddedEnd(offset, head.LengthBytes);
        for (uint at = offset + head.LengthBytes; at < end; at++)
        {
            if (_table[(int)at] != 0)
            {
                fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, _table[(int)at]);
                return false;
            }
        }

        return true;
    }

    private static bool TryCheckItemHead(
        in ResourceItemHead head,
        uint offset,
        uint left,
        out ResourceTableFault fault)
    {
        fault = default;
        if (head.LengthBytes < ResourceItemHead.SizeBytes)
        {
            uint at = offset + ResourceItemHead.LengthOffset;
            fault = new ResourceTableFault(ResourceTableError.ItemLength, at, head.LengthBytes);
        }
        else if (head.LengthBytes > left)
        {
            uint at = offset + ResourceItemHead.LengthOffset;
            fault = new ResourceTableFault(ResourceTableError.EntryTruncated, at, left);
        }
        else if (head.Version == 0)
        {
            uint at = offset + ResourceItemHead.VersionOffset;
            fault = new ResourceTableFault(ResourceTableError.ItemVersion, at, head.Version);
        }
        else if (head.Priority > ResourcePriority.Required)
        {
            uint at = offset + ResourceItemHead.PriorityOffset;
            fault = new ResourceTableFault(ResourceTableError.ItemPriority, at, (uint)head.Priority);
        }
        else if (head.Reserved != 0)
        {
            uint at = offset + ResourceItemHead.ReservedOffset;
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, head.Reserved);
        }

        return fault.Error == ResourceTableError.None;
    }

    private uint LengthAt(uint offset)
        => MemoryMarshal.Read<uint>(_table[(int)(offset + ResourceItemHead.LengthOffset)..]);
}
