// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device of a version 2 resource table: its item, its vrings and its configuration space.</summary>
/// <remarks>
/// <para>To hold one from <see cref="ResourceItem.TryReadVdev"/> is to know that vrings and configuration space lie
/// within the item, and that each vring has a size and an alignment a ring can have. It says nothing about where
/// their addresses lead: translate them.</para>
/// <para>It is a view of a copy. What changes while the table is shared is read through
/// <see cref="LiveVdev"/>.</para>
/// </remarks>
public readonly ref struct ResourceItemVdev
{
    private readonly ReadOnlySpan<byte> _vrings;

    private ResourceItemVdev(ReadOnlySpan<byte> bytes, uint offsetBytes, VdevItem item)
    {
        int configStart = VdevItem.SizeBytes + (item.VringCount * VringItem.SizeBytes);
        Item = item;
        OffsetBytes = offsetBytes;
        LengthBytes = (uint)bytes.Length;
        _vrings = bytes[VdevItem.SizeBytes..configStart];
        ConfigSpace = bytes[configStart..];
    }

    /// <summary>The item without vrings and configuration space.</summary>
    public VdevItem Item { get; }

    /// <summary>Where the item starts, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; }

    /// <summary>Length of the item with its vrings and configuration space, in bytes.</summary>
    public uint LengthBytes { get; }

    /// <summary>Number of vrings, 0 to <see cref="VdevEntry.MaxVringCount"/>. RPMsg has two.</summary>
    public int VringCount => Item.VringCount;

    /// <summary>The configuration space as it stood when the table was copied.</summary>
    public ReadOnlySpan<byte> ConfigSpace { get; }

    /// <summary>Reads one vring.</summary>
    /// <param name="index">Its place in the device, from 0.</param>
    /// <param name="vring">The vring; its size and alignment are checked already.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryGetVring(int index, out VringItem vring)
    {
        if (index < 0 || index >= VringCount)
        {
            vring = default;
            return false;
        }

        vring = MemoryMarshal.Read<VringItem>(_vrings[(index * VringItem.SizeBytes)..]);
        return true;
    }

    internal static bool TryCreate(ResourceItem item, out ResourceItemVdev vdev, out ResourceTableFault fault)
    {
        vdev = default;
        if (!item.TryReadHead(ResourceKind.Vdev, out VdevItem head, out fault)
            || !item.TryCheckZero(head.Reserved, VdevItem.ReservedOffset, out fault))
        {
            return false;
        }

        if (head.VringCount > VdevEntry.MaxVringCount)
        {
            fault = item.FaultAt(ResourceTableError.VringCount, VdevItem.VringCountOffset, head.VringCount);
            return false;
        }

        uint vringsEnd = VringOffset(0, head.VringCount);
        if ((ulong)vringsEnd + head.ConfigLengthBytes != (uint)item.Bytes.Length)
        {
            fault = item.WrongLength();
            return false;
        }

        var candidate = new ResourceItemVdev(item.Bytes, item.OffsetBytes, head);
        for (int i = 0; i < candidate.VringCount; i++)
        {
            bool found = candidate.TryGetVring(i, out VringItem vring);
            if (!found || !TryCheckVring(vring, VringOffset(item.OffsetBytes, i), out fault))
            {
                return false;
            }
        }

        vdev = candidate;
        return true;
    }

    internal static bool TryCheckVring(in VringItem vring, uint vringOffset, out ResourceTableFault fault)
    {
        fault = default;
        if (!vring.HasValidSize)
        {
            uint at = vringOffset + VringItem.EntryCountOffset;
            fault = new ResourceTableFault(ResourceTableError.RingSize, at, vring.EntryCount);
        }
        else if (!vring.HasValidAlignment)
        {
            uint at = vringOffset + VringItem.AlignmentOffset;
            fault = new ResourceTableFault(ResourceTableError.RingAlignment, at, vring.AlignmentBytes);
        }
        else if (vring.Reserved != 0)
        {
            uint at = vringOffset + VringItem.ReservedOffset;
            fault = new ResourceTableFault(ResourceTableError.MustBeZero, at, vring.Reserved);
        }

        return fault.Error == ResourceTableError.None;
    }

    internal static uint VringOffset(uint vdevOffset, int index)
        => vdevOffset + (uint)(VdevItem.SizeBytes + (index * VringItem.SizeBytes));
}
