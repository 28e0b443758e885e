// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Lays out a resource table: head, offsets, then the entries in the order they are added.</summary>
/// <remarks>
/// <para>An entry that does not fit, or that <see cref="ResourceTableReader"/> would refuse, is not written at all, and
/// the writer goes on as if it had not been added. The version is written by <see cref="TryComplete"/>: no reader
/// takes an unfinished table for a table.</para>
/// <para>Entries start on multiples of 4, with zeros between. Names are written zero-padded.</para>
/// <para>Write in private memory and hand the result over with <see cref="TryPublish"/>. Nothing here allocates.</para>
/// </remarks>
public ref struct ResourceTableWriter
{
    private readonly Span<byte> _table;
    private readonly int _promisedCount;
    private int _addedCount;
    private int _lengthBytes;

    private ResourceTableWriter(Span<byte> table, int entryCount, int headLengthBytes)
    {
        _table = table;
        _promisedCount = entryCount;
        _lengthBytes = headLengthBytes;
    }

    /// <summary>Length of what is laid out so far, in bytes.</summary>
    public readonly int LengthBytes => _lengthBytes;

    /// <summary>Starts a table: clears its head and its offsets.</summary>
    /// <param name="table">Where to write it; bytes after the table's end are left as they are.</param>
    /// <param name="entryCount">How many entries will be added: the offsets before the first one need the
    /// number.</param>
    /// <param name="writer">The writer.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when the number is negative or above
    /// <see cref="ResourceTableReader.MaxEntryCount"/>, or head and offsets do not fit; nothing is written
    /// then.</returns>
    public static bool TryCreate(
        Span<byte> table,
        int entryCount,
        out ResourceTableWriter writer,
        out ResourceTableFault fault)
    {
        writer = default;
        if (entryCount is < 0 or > ResourceTableReader.MaxEntryCount)
        {
            fault = new ResourceTableFault(ResourceTableError.TooManyEntries, 0, unchecked((uint)entryCount));
            return false;
        }

        int headLength = ResourceTableHeader.SizeBytes + (entryCount * ResourceTableHeader.OffsetSizeBytes);
        if (table.Length < headLength)
        {
            fault = new ResourceTableFault(ResourceTableError.NoRoom, 0, (uint)table.Length);
            return false;
        }

        table[..headLength].Clear();
        fault = default;
        writer = new ResourceTableWriter(table, entryCount, headLength);
        return true;
    }

    /// <summary>Copies a finished table into shared memory; its version, which makes it one, goes last.</summary>
    /// <param name="table">The finished table.</param>
    /// <param name="region">Where it goes, from its first byte.</param>
    /// <returns><see langword="false"/> when the region is shorter, does not start on a multiple of 4, or the table is
    /// shorter than a head; nothing is written then.</returns>
    public static bool TryPublish(ReadOnlySpan<byte> table, in SharedRegion region)
    {
        if (table.Length < ResourceTableHeader.SizeBytes || region.LengthBytes < (uint)table.Length)
        {
            return false;
        }

        unsafe
        {
            // SAFETY: the region's maker vouched for its bytes; it is at least as long as the table, and word-aligned
            // where a word is written.
            if (((nuint)region.Start & 3) != 0)
            {
                return false;
            }

            var version = (SharedWord*)region.Start;
            version->Write(0);
            SharedBytes.CopyIn(table[sizeof(uint)..], region.Start + sizeof(uint));
            version->Write(MemoryMarshal.Read<uint>(table));
        }

        return true;
    }

    /// <summary>Adds a carveout.</summary>
    /// <param name="carveout">The entry; its type is set here.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, or its reserved word is not
    /// zero.</returns>
    public bool TryAddCarveout(CarveoutEntry carveout, out ResourceTableFault fault)
    {
        carveout.Type = ResourceType.Carveout;
        carveout.Name = carveout.Name.ZeroPadded();
        return TryAddFixed(carveout, carveout.Reserved, CarveoutEntry.ReservedOffset, out fault);
    }

    /// <summary>Adds a device's registers.</summary>
    /// <param name="devmem">The entry; its type is set here.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryAddCarveout"/>.</returns>
    public bool TryAddDevmem(DevmemEntry devmem, out ResourceTableFault fault)
    {
        devmem.Type = ResourceType.Devmem;
        devmem.Name = devmem.Name.ZeroPadded();
        return TryAddFixed(devmem, devmem.Reserved, DevmemEntry.ReservedOffset, out fault);
    }

    /// <summary>Adds a trace buffer.</summary>
    /// <param name="trace">The entry; its type is set here.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryAddCarveout"/>.</returns>
    public bool TryAddTrace(TraceEntry trace, out ResourceTableFault fault)
    {
        trace.Type = ResourceType.Trace;
        trace.Name = trace.Name.ZeroPadded();
        return TryAddFixed(trace, trace.Reserved, TraceEntry.ReservedOffset, out fault);
    }

    /// <summary>Adds a virtio device.</summary>
    /// <param name="head">The entry; its type, number of vrings and configuration length are set here.</param>
    /// <param name="vrings">Its vrings, at most <see cref="VdevEntry.MaxVringCount"/>.</param>
    /// <param name="configSpace">Its configuration space; may be empty.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, has a reserved byte that is not zero,
    /// too many vrings, or a vring whose size or alignment no ring can have.</returns>
    public bool TryAddVdev(
        VdevEntry head,
        scoped ReadOnlySpan<VringEntry> vrings,
        scoped ReadOnlySpan<byte> configSpace,
        out ResourceTableFault fault)
    {
        if (!TryCheckVdev(head, vrings, out fault))
        {
            return false;
        }

        int vringsEnd = VdevEntry.SizeBytes + (vrings.Length * VringEntry.SizeBytes);
        if (!TryReserve((long)vringsEnd + configSpace.Length, out Span<byte> entry, out fault))
        {
            return false;
        }

        head.Type = ResourceType.Vdev;
        head.VringCount = (byte)vrings.Length;
        head.ConfigLengthBytes = (uint)configSpace.Length;
        MemoryMarshal.Write(entry, head);
        for (int i = 0; i < vrings.Length; i++)
        {
            MemoryMarshal.Write(entry[(VdevEntry.SizeBytes + (i * VringEntry.SizeBytes))..], vrings[i]);
        }

        configSpace.CopyTo(entry[vringsEnd..]);
        return true;
    }

    /// <summary>Adds a vendor's entry. Let it not be the last one: see <see cref="VendorEntry"/>.</summary>
    /// <param name="type"><see cref="VendorEntry.FirstType"/> to <see cref="VendorEntry.LastType"/>.</param>
    /// <param name="body">The vendor's bytes.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, or the type is no vendor's.</returns>
    public bool TryAddVendor(ResourceType type, scoped ReadOnlySpan<byte> body, out ResourceTableFault fault)
    {
        if (!TryCheckKind(type, ResourceKind.Vendor, out fault)
            || !TryReserve(VendorEntry.SizeBytes + (long)body.Length, out Span<byte> entry, out fault))
        {
            return false;
        }

        MemoryMarshal.Write(entry, new VendorEntry { Type = type, LengthBytes = (uint)body.Length });
        body.CopyTo(entry[VendorEntry.SizeBytes..]);
        return true;
    }

    /// <summary>Adds an entry of a type this library does not know, to pass on what it cannot read.</summary>
    /// <param name="type">Its type word.</param>
    /// <param name="body">The bytes after the type word.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, or the type is a known one.</returns>
    public bool TryAddUnknown(ResourceType type, scoped ReadOnlySpan<byte> body, out ResourceTableFault fault)
    {
        if (!TryCheckKind(type, ResourceKind.Unknown, out fault)
            || !TryReserve(sizeof(ResourceType) + (long)body.Length, out Span<byte> entry, out fault))
        {
            return false;
        }

        MemoryMarshal.Write(entry, type);
        body.CopyTo(entry[sizeof(ResourceType)..]);
        return true;
    }

    /// <summary>Writes the head, which makes what was laid out a table.</summary>
    /// <param name="lengthBytes">Length of the table, in bytes.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when fewer entries were added than promised; more may follow then.</returns>
    public readonly bool TryComplete(out int lengthBytes, out ResourceTableFault fault)
    {
        if (_addedCount != _promisedCount || _table.IsEmpty)
        {
            lengthBytes = 0;
            fault = new ResourceTableFault(ResourceTableError.EntryCount, 0, (uint)_addedCount);
            return false;
        }

        var head = new ResourceTableHeader
        {
            Version = ResourceTableHeader.SupportedVersion,
            EntryCount = (uint)_promisedCount,
        };
        MemoryMarshal.Write(_table, head);
        lengthBytes = _lengthBytes;
        fault = default;
        return true;
    }

    // A span's length is a positive int, so rounding it up to a multiple of 4 fits a long and a uint.
    private readonly long NextOffset => (_lengthBytes + 3L) & ~3L;

    private readonly bool TryCheckVdev(
        in VdevEntry head,
        scoped ReadOnlySpan<VringEntry> vrings,
        out ResourceTableFault fault)
    {
        uint offset = (uint)NextOffset;
        if ((head.Reserved0 | head.Reserved1) != 0)
        {
            uint reserved = head.Reserved0 | ((uint)head.Reserved1 << 8);
            uint at = offset + VdevEntry.ReservedOffset;
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, reserved);
            return false;
        }

        if (vrings.Length > VdevEntry.MaxVringCount)
        {
            uint at = offset + VdevEntry.VringCountOffset;
            fault = new ResourceTableFault(ResourceTableError.VringCount, at, (uint)vrings.Length);
            return false;
        }

        for (int i = 0; i < vrings.Length; i++)
        {
            if (!ResourceVdev.TryCheckVring(vrings[i], ResourceVdev.VringOffset(offset, i), out fault))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    private readonly bool TryCheckKind(ResourceType type, ResourceKind expected, out ResourceTableFault fault)
    {
        bool right = ResourceEntry.KindOf(type) == expected;
        fault = right
            ? default
            : new ResourceTableFault(ResourceTableError.WrongType, (uint)NextOffset, (uint)type);
        return right;
    }

    private bool TryAddFixed<T>(in T entry, uint reserved, uint reservedOffset, out ResourceTableFault fault)
        where T : unmanaged
    {
        if (reserved != 0)
        {
            uint at = (uint)NextOffset + reservedOffset;
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, reserved);
            return false;
        }

        if (!TryReserve(Unsafe.SizeOf<T>(), out Span<byte> bytes, out fault))
        {
            return false;
        }

        MemoryMarshal.Write(bytes, entry);
        return true;
    }

    // The one place that writes offsets: everything is checked before the first byte changes.
    private bool TryReserve(long sizeBytes, out Span<byte> entry, out ResourceTableFault fault)
    {
        entry = default;
        long start = NextOffset;
        if (_addedCount == _promisedCount)
        {
            fault = new ResourceTableFault(ResourceTableError.EntryCount, (uint)start, (uint)_addedCount);
            return false;
        }

        if (sizeBytes > _table.Length - start)
        {
            uint left = start < _table.Length ? (uint)(_table.Length - start) : 0;
            fault = new ResourceTableFault(ResourceTableError.NoRoom, (uint)start, left);
            return false;
        }

        _table[_lengthBytes..(int)start].Clear();
        entry = _table.Slice((int)start, (int)sizeBytes);
        int slot = ResourceTableHeader.SizeBytes + (_addedCount * ResourceTableHeader.OffsetSizeBytes);
        MemoryMarshal.Write(_table[slot..], (uint)start);
        _addedCount++;
        _lengthBytes = (int)(start + sizeBytes);
        fault = default;
        return true;
    }
}
