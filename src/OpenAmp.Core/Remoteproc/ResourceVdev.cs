// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device of a resource table: its entry, its vrings and its configuration space.</summary>
/// <remarks>
/// <para>To hold one from <see cref="ResourceEntry.TryReadVdev"/> is to know that vrings and configuration space lie
/// within the table, that the entry starts on a multiple of 4, and that each vring has a size and an alignment a
/// ring can have. It says nothing about where their addresses lead: translate them.</para>
/// <para>It is a view of a copy. What changes while the table is shared is read through
/// <see cref="LiveVdev"/>.</para>
/// </remarks>
public readonly ref struct ResourceVdev
{
    private readonly ReadOnlySpan<byte> _vrings;

    private ResourceVdev(ReadOnlySpan<byte> bytes, uint offsetBytes, VdevEntry head)
    {
        int configStart = VdevEntry.SizeBytes + (head.VringCount * VringEntry.SizeBytes);
        Head = head;
        OffsetBytes = offsetBytes;
        _vrings = bytes[VdevEntry.SizeBytes..configStart];
        ConfigSpace = bytes.Slice(configStart, (int)head.ConfigLengthBytes);
    }

    /// <summary>The entry without vrings and configuration space.</summary>
    public VdevEntry Head { get; }

    /// <summary>Where the entry starts, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; }

    /// <summary>Number of vrings, 0 to <see cref="VdevEntry.MaxVringCount"/>. RPMsg has two.</summary>
    public int VringCount => Head.VringCount;

    /// <summary>The configuration space as it stood when the table was copied.</summary>
    public ReadOnlySpan<byte> ConfigSpace { get; }

    /// <summary>Length of the entry with its vrings and configuration space, in bytes.</summary>
    public uint LengthBytes => (uint)(VdevEntry.SizeBytes + _vrings.Length) + (uint)ConfigSpace.Length;

    /// <summary>Reads one vring.</summary>
    /// <param name="index">Its place in the entry, from 0.</param>
    /// <param name="vring">The vring; its size and alignment are checked already.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryGetVring(int index, out VringEntry vring)
    {
        if (index < 0 || index >= VringCount)
        {
            vring = default;
            return false;
        }

        vring = MemoryMarshal.Read<VringEntry>(_vrings[(index * VringEntry.SizeBytes)..]);
        return true;
    }

    internal static bool TryCreate(ResourceEntry entry, out ResourceVdev vdev, out ResourceTableFault fault)
    {
        vdev = default;
        if (!entry.TryReadHead(ResourceKind.Vdev, out VdevEntry head, out fault)
            || !TryCheckExtent(entry, head, out fault))
        {
            return false;
        }

        var candidate = new ResourceVdev(entry.Bytes, entry.OffsetBytes, head);
        for (int i = 0; i < candidate.VringCount; i++)
        {
            bool found = candidate.TryGetVring(i, out VringEntry vring);
            if (!found || !TryCheckVring(vring, VringOffset(entry.OffsetBytes, i), out fault))
            {
                return false;
            }
        }

        vdev = candidate;
        return true;
    }

    internal static bool TryCheckVring(in VringEntry vring, uint vringOffset, out ResourceTableFault fault)
    {
        fault = default;
        if (!vring.HasValidSize)
        {
            uint at = vringOffset + VringEntry.EntryCountOffset;
            fault = new ResourceTableFault(ResourceTableError.RingSize, at, vring.EntryCount);
            return false;
        }

        if (!vring.HasValidAlignment)
        {
            uint at = vringOffset + VringEntry.AlignmentOffset;
            fault = new ResourceTableFault(ResourceTableError.RingAlignment, at, vring.AlignmentBytes);
            return false;
        }

        return true;
    }

    internal static uint VringOffset(uint vdevOffset, int index)
        => vdevOffset + (uint)(VdevEntry.SizeBytes + (index * VringEntry.SizeBytes));

    private static bool TryCheckExtent(ResourceEntry entry, in VdevEntry head, out ResourceTableFault fault)
    {
        int vringsEnd = VdevEntry.SizeBytes + (head.VringCount * VringEntry.SizeBytes);
        int configRoom = entry.Bytes.Length - vringsEnd;
        if ((entry.OffsetBytes & 3) != 0)
        {
            fault = entry.FaultAt(ResourceTableError.EntryMisaligned, 0, entry.OffsetBytes);
        }
        else if ((head.Reserved0 | head.Reserved1) != 0)
        {
            uint reserved = head.Reserved0 | ((uint)head.Reserved1 << 8);
            fault = entry.FaultAt(ResourceTableError.MustBeZero, VdevEntry.ReservedOffset, reserved);
        }
        else if (head.VringCount > VdevEntry.MaxVringCount)
        {
            fault = entry.FaultAt(ResourceTableError.VringCount, VdevEntry.VringCountOffset, head.VringCount);
        }
        else if (configRoom < 0)
        {
            fault = entry.TooShort(VdevEntry.VringCountOffset);
        }
        else if (head.ConfigLengthBytes > (uint)configRoom)
        {
            fault = entry.TooShort(VdevEntry.ConfigLengthOffset);
        }
        else
        {
            fault = default;
            return true;
        }

        return false;
    }
}
