// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>One item of a version 2 resource table, of whatever type.</summary>
/// <remarks>
/// <para>To hold one is to know that its head is right and its bytes lie within the table. What they say is checked by
/// the verb that reads them.</para>
/// <para>It points into the span its <see cref="ResourceItemReader"/> reads. Nothing here allocates.</para>
/// </remarks>
public readonly ref struct ResourceItem
{
    /// <summary>The version of every item layout that this library knows.</summary>
    public const ushort SupportedVersion = 1;

    internal ResourceItem(ReadOnlySpan<byte> bytes, uint offsetBytes)
    {
        Bytes = bytes;
        OffsetBytes = offsetBytes;
        Head = MemoryMarshal.Read<ResourceItemHead>(bytes);
    }

    /// <summary>The item from its head to its last byte, without padding.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the item starts, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; }

    /// <summary>The item's head.</summary>
    public ResourceItemHead Head { get; }

    /// <summary>How this library reads the item; <see cref="ResourceKind.Unknown"/> too for a known type in a version
    /// this library does not know.</summary>
    public ResourceKind Kind => Bytes.IsEmpty || Head.Version != SupportedVersion
        ? ResourceKind.Unknown
        : KindOf(Head.Type);

    /// <summary>How this library reads items of a type.</summary>
    /// <param name="type">Any number.</param>
    /// <returns>The kind; <see cref="ResourceKind.Unknown"/> for numbers without meaning.</returns>
    public static ResourceKind KindOf(ResourceType type) => type switch
    {
        ResourceType.Parameters => ResourceKind.Parameters,
        ResourceType.ProcessorState => ResourceKind.ProcessorState,
        _ => ResourceEntry.KindOf(type),
    };

    /// <summary>Reads a carveout.</summary>
    /// <param name="carveout">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind, another length, or a reserved word that is not
    /// zero.</returns>
    public bool TryReadCarveout(out CarveoutItem carveout, out ResourceTableFault fault)
        => TryReadExact(ResourceKind.Carveout, out carveout, out fault)
            && TryCheckZero(carveout.Reserved, CarveoutItem.ReservedOffset, out fault);

    /// <summary>Reads a device's registers.</summary>
    /// <param name="devmem">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryReadCarveout"/>.</returns>
    public bool TryReadDevmem(out DevmemItem devmem, out ResourceTableFault fault)
        => TryReadExact(ResourceKind.Devmem, out devmem, out fault)
            && TryCheckZero(devmem.Reserved, DevmemItem.ReservedOffset, out fault);

    /// <summary>Reads a trace buffer.</summary>
    /// <param name="trace">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind, another length, an unknown method, or a reserved
    /// word that is not zero.</returns>
    public bool TryReadTrace(out TraceItem trace, out ResourceTableFault fault)
    {
        if (!TryReadExact(ResourceKind.Trace, out trace, out fault))
        {
            return false;
        }

        if (trace.Method > TraceMethod.FlipFlop)
        {
            fault = FaultAt(ResourceTableError.UnknownMethod, TraceItem.MethodOffset, (uint)trace.Method);
            return false;
        }

        return TryCheckZero(trace.Reserved0, TraceItem.Reserved0Offset, out fault)
            && TryCheckZero(trace.Reserved1, TraceItem.Reserved1Offset, out fault);
    }

    /// <summary>Reads the processor's state words.</summary>
    /// <param name="state">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind or length.</returns>
    public bool TryReadProcessorState(out ProcessorStateItem state, out ResourceTableFault fault)
        => TryReadExact(ResourceKind.ProcessorState, out state, out fault);

    /// <summary>Reads a block of parameters.</summary>
    /// <param name="parameters">The item without its room.</param>
    /// <param name="value">The bytes that are set; they point into the same table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind, one that is too short, an unknown format, or more
    /// bytes set than there is room for.</returns>
    public bool TryReadParameters(
        out ParametersItem parameters,
        out ReadOnlySpan<byte> value,
        out ResourceTableFault fault)
    {
        value = default;
        if (!TryReadHead(ResourceKind.Parameters, out parameters, out fault))
        {
            return false;
        }

        if (parameters.Format > ParametersFormat.KeyValues)
        {
            uint format = (uint)parameters.Format;
            fault = FaultAt(ResourceTableError.UnknownMethod, ParametersItem.FormatOffset, format);
            return false;
        }

        ReadOnlySpan<byte> room = Bytes[ParametersItem.SizeBytes..];
        if (parameters.UsedLengthBytes > (uint)room.Length)
        {
            uint used = parameters.UsedLengthBytes;
            fault = FaultAt(ResourceTableError.ParametersLength, ParametersItem.UsedLengthOffset, used);
            return false;
        }

        value = room[..(int)parameters.UsedLengthBytes];
        return true;
    }

    /// <summary>Reads a virtio device with its vrings and its configuration space.</summary>
    /// <param name="vdev">The device; it points into the same table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind, one whose length is not what its vrings and its
    /// configuration space add up to, whose reserved fields are not zero, or whose vrings have a size or an alignment
    /// that no ring can have.</returns>
    public bool TryReadVdev(out ResourceItemVdev vdev, out ResourceTableFault fault)
        => ResourceItemVdev.TryCreate(this, out vdev, out fault);

    /// <summary>Reads a vendor's item.</summary>
    /// <param name="body">The vendor's bytes; they point into the same table.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for an item of another kind.</returns>
    public bool TryReadVendor(out ReadOnlySpan<byte> body, out ResourceTableFault fault)
    {
        bool read = TryReadHead(ResourceKind.Vendor, out ResourceItemHead _, out fault);
        body = read ? Bytes[ResourceItemHead.SizeBytes..] : default;
        return read;
    }

    /// <summary>Checks the item as the verb for its kind would.</summary>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns><see langword="false"/> when that verb would fail; an item of unknown kind is always right.</returns>
    public bool TryValidate(out ResourceTableFault fault)
    {
        fault = default;
        return Kind switch
        {
            ResourceKind.Carveout => TryReadCarveout(out _, out fault),
            ResourceKind.Devmem => TryReadDevmem(out _, out fault),
            ResourceKind.Trace => TryReadTrace(out _, out fault),
            ResourceKind.Vdev => TryReadVdev(out _, out fault),
            ResourceKind.Parameters => TryReadParameters(out _, out _, out fault),
            ResourceKind.ProcessorState => TryReadProcessorState(out _, out fault),
            _ => true,
        };
    }

    internal bool TryReadHead<T>(ResourceKind kind, out T head, out ResourceTableFault fault)
        where T : unmanaged
    {
        head = default;
        if (Kind != kind)
        {
            fault = FaultAt(ResourceTableError.WrongType, 0, (uint)Head.Type);
            return false;
        }

        if (Bytes.Length < Unsafe.SizeOf<T>())
        {
            fault = WrongLength();
            return false;
        }

        fault = default;
        head = MemoryMarshal.Read<T>(Bytes);
        return true;
    }

    internal ResourceTableFault WrongLength()
        => FaultAt(ResourceTableError.ItemLength, ResourceItemHead.LengthOffset, (uint)Bytes.Length);

    // The field lies in the item and the item in a span, so the sum fits.
    internal ResourceTableFault FaultAt(ResourceTableError error, uint fieldOffset, uint actual)
        => new(error, OffsetBytes + fieldOffset, actual);

    internal bool TryCheckZero(uint value, uint fieldOffset, out ResourceTableFault fault)
    {
        fault = value == 0 ? default : FaultAt(ResourceTableError.MustBeZero, fieldOffset, value);
        return value == 0;
    }

    private bool TryReadExact<T>(ResourceKind kind, out T item, out ResourceTableFault fault)
        where T : unmanaged
    {
        if (!TryReadHead(kind, out item, out fault))
        {
            return false;
        }

        if (Bytes.Length != Unsafe.SizeOf<T>())
        {
            fault = WrongLength();
            return false;
        }

        return true;
    }
}
