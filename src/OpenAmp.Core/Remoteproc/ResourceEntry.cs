// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>One entry of a resource table, of whatever type.</summary>
/// <remarks>
/// <para>To hold one is to know that its type word lies within the table, and how far its bytes can reach: to the
/// next entry or to the table's end. What the bytes say is checked by the verb that reads them.</para>
/// <para>It points into the span its <see cref="ResourceTableReader"/> reads. Nothing here allocates.</para>
/// </remarks>
public readonly ref struct ResourceEntry
{
    // Whether another entry, and not the table's end, is what the bytes stop at.
    private readonly bool _isFollowed;

    internal ResourceEntry(ReadOnlySpan<byte> bytes, uint offsetBytes, bool isFollowed)
    {
        Bytes = bytes;
        OffsetBytes = offsetBytes;
        Type = MemoryMarshal.Read<ResourceType>(bytes);
        _isFollowed = isFollowed;
    }

    /// <summary>The entry from its type word up to the next entry or the table's end; padding may be among
    /// it.</summary>
    /// <remarks>For an entry of unknown type, whose length nobody can tell, it is all there is to keep.</remarks>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the entry starts, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; }

    /// <summary>The type word as it stands in the table.</summary>
    public ResourceType Type { get; }

    /// <summary>How this library reads the entry.</summary>
    public ResourceKind Kind => KindOf(Type);

    /// <summary>How this library reads entries of a type.</summary>
    /// <param name="type">Any number.</param>
    /// <returns>The kind; <see cref="ResourceKind.Unknown"/> for numbers without meaning.</returns>
    public static ResourceKind KindOf(ResourceType type) => type switch
    {
        ResourceType.Carveout => ResourceKind.Carveout,
        ResourceType.Devmem => ResourceKind.Devmem,
        ResourceType.Trace => ResourceKind.Trace,
        ResourceType.Vdev => ResourceKind.Vdev,
        >= VendorEntry.FirstType and <= VendorEntry.LastType => ResourceKind.Vendor,
        _ => ResourceKind.Unknown,
    };

    /// <summary>Reads a carveout.</summary>
    /// <param name="carveout">The entry.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an entry of another type, one that does not fit, or a reserved word that
    /// is not zero.</returns>
    public bool TryReadCarveout(out CarveoutEntry carveout, out ResourceTableFault fault)
        => TryReadFixed(ResourceKind.Carveout, CarveoutEntry.ReservedOffset, out carveout, out fault);

    /// <summary>Reads a device's registers.</summary>
    /// <param name="devmem">The entry.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryReadCarveout"/>.</returns>
    public bool TryReadDevmem(out DevmemEntry devmem, out ResourceTableFault fault)
        => TryReadFixed(ResourceKind.Devmem, DevmemEntry.ReservedOffset, out devmem, out fault);

    /// <summary>Reads a trace buffer.</summary>
    /// <param name="trace">The entry.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryReadCarveout"/>.</returns>
    public bool TryReadTrace(out TraceEntry trace, out ResourceTableFault fault)
        => TryReadFixed(ResourceKind.Trace, TraceEntry.ReservedOffset, out trace, out fault);

    /// <summary>Reads a virtio device with its vrings and its configuration space.</summary>
    /// <param name="vdev">The device; it points into the same table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an entry of another type, one that is not on a multiple of 4, whose vrings
    /// or configuration space do not fit, whose reserved bytes are not zero, or whose vrings have a size or an
    /// alignment that no ring can have.</returns>
    public bool TryReadVdev(out ResourceVdev vdev, out ResourceTableFault fault)
        => ResourceVdev.TryCreate(this, out vdev, out fault);

    /// <summary>Reads a vendor's entry.</summary>
    /// <param name="type">Its type number.</param>
    /// <param name="body">The vendor's bytes; they point into the same table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an entry of another type, or one whose length does not fit.</returns>
    public bool TryReadVendor(out ResourceType type, out ReadOnlySpan<byte> body, out ResourceTableFault fault)
    {
        type = Type;
        body = default;
        if (!TryReadHead(ResourceKind.Vendor, out VendorEntry vendor, out fault))
        {
            return false;
        }

        ReadOnlySpan<byte> available = Bytes[VendorEntry.SizeBytes..];
        if (vendor.LengthBytes > (uint)available.Length)
        {
            fault = TooShort(VendorEntry.LengthOffset);
            return false;
        }

        body = available[..(int)vendor.LengthBytes];
        return true;
    }

    /// <summary>Checks the entry as the verb for its kind would.</summary>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns><see langword="false"/> when that verb would fail; an entry of unknown type is always right.</returns>
    public bool TryValidate(out ResourceTableFault fault)
    {
        fault = default;
        return Kind switch
        {
            ResourceKind.Carveout => TryReadCarveout(out _, out fault),
            ResourceKind.Devmem => TryReadDevmem(out _, out fault),
            ResourceKind.Trace => TryReadTrace(out _, out fault),
            ResourceKind.Vdev => TryReadVdev(out _, out fault),
            ResourceKind.Vendor => TryReadVendor(out _, out _, out fault),
            _ => true,
        };
    }

    internal bool TryReadHead<T>(ResourceKind kind, out T head, out ResourceTableFault fault)
        where T : unmanaged
    {
        head = default;
        if (Kind != kind)
        {
            fault = new ResourceTableFault(ResourceTableError.WrongType, OffsetBytes, (uint)Type);
            return false;
        }

        if (Bytes.Length < Unsafe.SizeOf<T>())
        {
            fault = TooShort(0);
            return false;
        }

        fault = default;
        head = MemoryMarshal.Read<T>(Bytes);
        return true;
    }

    // The fault of an entry that asks for more bytes than there are, at the field that asks.
    internal ResourceTableFault TooShort(uint fieldOffset)
        => FaultAt(
            _isFollowed ? ResourceTableError.EntryOverlap : ResourceTableError.EntryTruncated,
            fieldOffset,
            (uint)Bytes.Length);

    // The field lies in the entry and the entry in a span, so the sum fits.
    internal ResourceTableFault FaultAt(ResourceTableError error, uint fieldOffset, uint actual)
        => new(error, OffsetBytes + fieldOffset, actual);

    private bool TryReadFixed<T>(ResourceKind kind, uint reservedOffset, out T entry, out ResourceTableFault fault)
        where T : unmanaged
    {
        if (!TryReadHead(kind, out entry, out fault))
        {
            return false;
        }

        uint reserved = MemoryMarshal.Read<uint>(Bytes[(int)reservedOffset..]);
        if (reserved != 0)
        {
            entry = default;
            fault = FaultAt(ResourceTableError.MustBeZero, reservedOffset, reserved);
            return false;
        }

        return true;
    }
}
