// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Lays out a version 2 resource table: the head, then the items in the order they are added.</summary>
/// <remarks>
/// <para>An item that does not fit, or that <see cref="ResourceItemReader"/> would refuse, is not written at all, and
/// the writer goes on as if it had not been added. The head is written by <see cref="TryComplete"/>: no reader takes
/// an unfinished table for a table. Of an item's head only the priority is the caller's.</para>
/// <para>Write in private memory and hand the result over with <see cref="ResourceTableWriter.TryPublish"/>. Nothing
/// here allocates.</para>
/// </remarks>
public ref struct ResourceItemWriter
{
    private readonly Span<byte> _table;
    private int _addedCount;
    private int _lengthBytes;

    private ResourceItemWriter(Span<byte> table)
    {
        _table = table;
        _lengthBytes = ResourceItemTableHeader.SizeBytes;
    }

    /// <summary>Length of what is laid out so far, in bytes.</summary>
    public readonly int LengthBytes => _lengthBytes;

    /// <summary>Starts a table: clears its head.</summary>
    /// <param name="table">Where to write it; bytes after the table's end are left as they are.</param>
    /// <param name="writer">The writer.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when the head does not fit; nothing is written then.</returns>
    public static bool TryCreate(Span<byte> table, out ResourceItemWriter writer, out ResourceTableFault fault)
    {
        writer = default;
        if (table.Length < ResourceItemTableHeader.SizeBytes)
        {
            fault = new ResourceTableFault(ResourceTableError.NoRoom, 0, (uint)table.Length);
            return false;
        }

        table[..ResourceItemTableHeader.SizeBytes].Clear();
        fault = default;
        writer = new ResourceItemWriter(table);
        return true;
    }

    /// <summary>Adds a carveout.</summary>
    /// <param name="carveout">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, has a reserved word that is not zero, or
    /// an unknown priority.</returns>
    public bool TryAddCarveout(CarveoutItem carveout, out ResourceTableFault fault)
    {
        carveout.Head = HeadOf(ResourceType.Carveout, carveout.Head, CarveoutItem.SizeBytes);
        carveout.Name = carveout.Name.ZeroPadded();
        return TryCheckZero(carveout.Reserved, CarveoutItem.ReservedOffset, out fault)
            && TryAddFixed(carveout, carveout.Head, out fault);
    }

    /// <summary>Adds a device's registers.</summary>
    /// <param name="devmem">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> in the cases of <see cref="TryAddCarveout"/>.</returns>
    public bool TryAddDevmem(DevmemItem devmem, out ResourceTableFault fault)
    {
        devmem.Head = HeadOf(ResourceType.Devmem, devmem.Head, DevmemItem.SizeBytes);
        devmem.Name = devmem.Name.ZeroPadded();
        return TryCheckZero(devmem.Reserved, DevmemItem.ReservedOffset, out fault)
            && TryAddFixed(devmem, devmem.Head, out fault);
    }

    /// <summary>Adds a trace buffer.</summary>
    /// <param name="trace">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, or has a reserved word that is not zero,
    /// or an unknown method or priority.</returns>
    public bool TryAddTrace(TraceItem trace, out ResourceTableFault fault)
    {
        trace.Head = HeadOf(ResourceType.Trace, trace.Head, TraceItem.SizeBytes);
        trace.Name = trace.Name.ZeroPadded();
        return TryCheckMethod((uint)trace.Method, (uint)TraceMethod.FlipFlop, TraceItem.MethodOffset, out fault)
            && TryCheckZero(trace.Reserved0, TraceItem.Reserved0Offset, out fault)
            && TryCheckZero(trace.Reserved1, TraceItem.Reserved1Offset, out fault)
            && TryAddFixed(trace, trace.Head, out fault);
    }

    /// <summary>Adds the processor's state words.</summary>
    /// <param name="state">The item.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, or has an unknown priority.</returns>
    public bool TryAddProcessorState(ProcessorStateItem state, out ResourceTableFault fault)
    {
        state.Head = HeadOf(ResourceType.ProcessorState, state.Head, ProcessorStateItem.SizeBytes);
        return TryAddFixed(state, state.Head, out fault);
    }

    /// <summary>Adds a block of parameters.</summary>
    /// <param name="parameters">The item; the length set is set here.</param>
    /// <param name="value">The bytes that are set from the start.</param>
    /// <param name="capacityBytes">The room, in bytes: at least as much as the value.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, has an unknown format or priority, or
    /// the value is longer than the room.</returns>
    public bool TryAddParameters(
        ParametersItem parameters,
        scoped ReadOnlySpan<byte> value,
        uint capacityBytes,
        out ResourceTableFault fault)
    {
        uint largest = (uint)ParametersFormat.KeyValues;
        if (!TryCheckMethod((uint)parameters.Format, largest, ParametersItem.FormatOffset, out fault))
        {
            return false;
        }

        if ((uint)value.Length > capacityBytes)
        {
            uint at = (uint)_lengthBytes + ParametersItem.UsedLengthOffset;
            fault = new ResourceTableFault(ResourceTableError.ParametersLength, at, (uint)value.Length);
            return false;
        }

        long length = ParametersItem.SizeBytes + (long)capacityBytes;
        if (!TryReserve(length, parameters.Head.Priority, out Span<byte> item, out fault))
        {
            return false;
        }

        parameters.Head = HeadOf(ResourceType.Parameters, parameters.Head, item.Length);
        parameters.UsedLengthBytes = (uint)value.Length;
        parameters.Name = parameters.Name.ZeroPadded();
        MemoryMarshal.Write(item, parameters);
        Span<byte> room = item[ParametersItem.SizeBytes..];
        value.CopyTo(room);
        room[value.Length..].Clear();
        return true;
    }

    /// <summary>Adds a virtio device.</summary>
    /// <param name="vdev">The item; its number of vrings and configuration length are set here.</param>
    /// <param name="vrings">Its vrings, at most <see cref="VdevEntry.MaxVringCount"/>.</param>
    /// <param name="configSpace">Its configuration space; may be empty.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, has a reserved field that is not zero,
    /// an unknown priority, too many vrings, or a vring whose size or alignment no ring can have.</returns>
    public bool TryAddVdev(
        VdevItem vdev,
        scoped ReadOnlySpan<VringItem> vrings,
        scoped ReadOnlySpan<byte> configSpace,
        out ResourceTableFault fault)
    {
        if (!TryCheckZero(vdev.Reserved, VdevItem.ReservedOffset, out fault) || !TryCheckVrings(vrings, out fault))
        {
            return false;
        }

        int vringsEnd = VdevItem.SizeBytes + (vrings.Length * VringItem.SizeBytes);
        long length = (long)vringsEnd + configSpace.Length;
        if (!TryReserve(length, vdev.Head.Priority, out Span<byte> item, out fault))
        {
            return false;
        }

        vdev.Head = HeadOf(ResourceType.Vdev, vdev.Head, item.Length);
        vdev.VringCount = (byte)vrings.Length;
        vdev.ConfigLengthBytes = (uint)configSpace.Length;
        MemoryMarshal.Write(item, vdev);
        for (int i = 0; i < vrings.Length; i++)
        {
            MemoryMarshal.Write(item[(VdevItem.SizeBytes + (i * VringItem.SizeBytes))..], vrings[i]);
        }

        configSpace.CopyTo(item[vringsEnd..]);
        return true;
    }

    /// <summary>Adds a vendor's item, or one of a type or version that this library does not know, to pass on what it
    /// cannot read.</summary>
    /// <param name="head">Type, version and priority; the length is set here.</param>
    /// <param name="body">The bytes after the head.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> when it does not fit, is one too many, has version 0, an unknown priority or a
    /// reserved word that is not zero, or is of a type and version that another verb writes.</returns>
    public bool TryAddOther(ResourceItemHead head, scoped ReadOnlySpan<byte> body, out ResourceTableFault fault)
    {
        uint offset = (uint)_lengthBytes;
        bool known = head.Version == ResourceItem.SupportedVersion
            && ResourceItem.KindOf(head.Type) is not (ResourceKind.Vendor or ResourceKind.Unknown);
        if (known)
        {
            fault = new ResourceTableFault(ResourceTableError.WrongType, offset, (uint)head.Type);
            return false;
        }

        if (head.Version == 0)
        {
            uint at = offset + ResourceItemHead.VersionOffset;
            fault = new ResourceTableFault(ResourceTableError.ItemVersion, at, head.Version);
            return false;
        }

        long length = ResourceItemHead.SizeBytes + (long)body.Length;
        if (!TryCheckZero(head.Reserved, ResourceItemHead.ReservedOffset, out fault)
            || !TryReserve(length, head.Priority, out Span<byte> item, out fault))
        {
            return false;
        }

        head.LengthBytes = (uint)item.Length;
        MemoryMarshal.Write(item, head);
        body.CopyTo(item[ResourceItemHead.SizeBytes..]);
        return true;
    }

    /// <summary>Writes the head, which makes what was laid out a table. More items may be added after it; then call it
    /// again.</summary>
    /// <param name="lengthBytes">Length of the table, in bytes.</param>
    /// <param name="fault">Why not.</param>
    /// <returns><see langword="false"/> for a writer that <see cref="TryCreate"/> did not make.</returns>
    public readonly bool TryComplete(out int lengthBytes, out ResourceTableFault fault)
    {
        lengthBytes = _lengthBytes;
        if (_table.IsEmpty)
        {
            fault = new ResourceTableFault(ResourceTableError.NoRoom, 0, 0);
            return false;
        }

        var head = new ResourceItemTableHeader
        {
            Version = ResourceItemTableHeader.SupportedVersion,
            EntryCount = (uint)_addedCount,
            LengthBytes = (uint)_lengthBytes,
        };
        MemoryMarshal.Write(_table, head);
        fault = default;
        return true;
    }

    private static ResourceItemHead HeadOf(ResourceType type, in ResourceItemHead given, int lengthBytes) => new()
    {
        Type = type,
        Version = ResourceItem.SupportedVersion,
        Priority = given.Priority,
        LengthBytes = (uint)lengthBytes,
    };

    private readonly bool TryCheckZero(uint value, uint fieldOffset, out ResourceTableFault fault)
    {
        fault = value == 0
            ? default
            : new ResourceTableFault(ResourceTableError.MustBeZero, (uint)_lengthBytes + fieldOffset, value);
        return value == 0;
    }

    private readonly bool TryCheckMethod(uint value, uint largest, uint fieldOffset, out ResourceTableFault fault)
    {
        fault = value <= largest
            ? default
            : new ResourceTableFault(ResourceTableError.UnknownMethod, (uint)_lengthBytes + fieldOffset, value);
        return value <= largest;
    }

    private readonly bool TryCheckVrings(scoped ReadOnlySpan<VringItem> vrings, out ResourceTableFault fault)
    {
        uint offset = (uint)_lengthBytes;
        if (vrings.Length > VdevEntry.MaxVringCount)
        {
            uint at = offset + VdevItem.VringCountOffset;
            fault = new ResourceTableFault(ResourceTableError.VringCount, at, (uint)vrings.Length);
            return false;
        }

        for (int i = 0; i < vrings.Length; i++)
        {
            if (!ResourceItemVdev.TryCheckVring(vrings[i], ResourceItemVdev.VringOffset(offset, i), out fault))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    private bool TryAddFixed<T>(in T item, in ResourceItemHead head, out ResourceTableFault fault)
        where T : unmanaged
    {
        if (!TryReserve(Unsafe.SizeOf<T>(), head.Priority, out Span<byte> bytes, out fault))
        {
            return false;
        }

        MemoryMarshal.Write(bytes, item);
        return true;
    }

    // The one place that counts items: everything is checked before the first byte changes.
    private bool TryReserve(
        long lengthBytes,
        ResourcePriority priority,
        out Span<byte> item,
        out ResourceTableFault fault)
    {
        item = default;
        uint offset = (uint)_lengthBytes;
        long padded = (lengthBytes + ResourceItemHead.AlignmentBytes - 1) & ~(ResourceItemHead.AlignmentBytes - 1L);
        if (priority > ResourcePriority.Required)
        {
            uint at = offset + ResourceItemHead.PriorityOffset;
            fault = new ResourceTableFault(ResourceTableError.ItemPriority, at, (uint)priority);
            return false;
        }

        if (_addedCount == ResourceTableReader.MaxEntryCount)
        {
            uint tooMany = (uint)_addedCount + 1;
            fault = new ResourceTableFault(ResourceTableError.TooManyEntries, offset, tooMany);
            return false;
        }

        if (padded > _table.Length - _lengthBytes)
        {
            uint left = (uint)(_table.Length - _lengthBytes);
            fault = new ResourceTableFault(ResourceTableError.NoRoom, offset, left);
            return false;
        }

        item = _table.Slice(_lengthBytes, (int)lengthBytes);
        _table.Slice(_lengthBytes + (int)lengthBytes, (int)(padded - lengthBytes)).Clear();
        _addedCount++;
        _lengthBytes += (int)padded;
        fault = default;
        return true;
    }
}
