// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>The resource table at offset 0 of the shared memory: one virtio device with two vrings.</summary>
/// <remarks>The socket's server writes it, both sides read it; the driver later changes gfeatures and status in place.
/// What any resource table must be is checked by the core; here stands what this platform's is.</remarks>
public static class TwoProcessTable
{
    /// <summary>Length of the table the server writes, in bytes.</summary>
    public const int LengthBytes = VringsOffset + (VringCount * VringEntry.SizeBytes);

    /// <summary>Where the virtio status is (1 byte).</summary>
    internal const int StatusOffset = VdevOffset + 24;

    private const int VdevOffset = ResourceTableHeader.SizeBytes + ResourceTableHeader.OffsetSizeBytes;
    private const int VringsOffset = VdevOffset + VdevEntry.SizeBytes;
    private const int VringCount = 2;
    private const uint ToDriverAddress = 0x4000;
    private const uint ToDeviceAddress = 0x8000;
    private const uint EntryCount = 256;
    private const uint PageBytes = 0x1000;

    /// <summary>The smallest memory that holds the rings of the table the server writes, in bytes.</summary>
    internal static long MinRegionBytes
        => QueueSize.TryCreate(EntryCount, out QueueSize size)
            && VringLayout.TryCreate(size, PageBytes, out VringLayout ring)
                ? ToDeviceAddress + (long)ring.SizeBytes
                : throw new UnreachableException();

    /// <summary>Writes a fresh table at the region's start: name service offered, no features taken, status zero. The
    /// memory behind it is left as it is.</summary>
    /// <param name="region">The shared memory.</param>
    /// <exception cref="ArgumentException">The region is shorter than the table, or not aligned to 4 bytes.</exception>
    public static void Write(SharedRegion region)
    {
        var vdev = new VdevEntry
        {
            DeviceId = VdevEntry.RpmsgDeviceId,
            DeviceFeatures = default(VirtioFeatures).With(VirtioFeatures.RpmsgNameService).Low32,
        };
        Span<byte> table = stackalloc byte[LengthBytes];
        if (!ResourceTableWriter.TryCreate(table, 1, out ResourceTableWriter writer, out _)
            || !writer.TryAddVdev(vdev, [FreshVring(ToDriverAddress, 1), FreshVring(ToDeviceAddress, 2)], [], out _)
            || !writer.TryComplete(out _, out _))
        {
            throw new UnreachableException();
        }

        if (!ResourceTableWriter.TryPublish(table, region))
        {
            throw new ArgumentException($"The table needs {LengthBytes} bytes on a multiple of 4; the region has "
                + $"{region.LengthBytes} bytes.", nameof(region));
        }
    }

    /// <summary>Copies the table once from the region's start and validates the copy.</summary>
    /// <param name="region">The shared memory.</param>
    /// <param name="poolAddress">Device address of the buffer pool.</param>
    /// <param name="poolBytes">Length of the buffer pool in bytes.</param>
    /// <param name="live">The virtio device's registers, in the shared table.</param>
    /// <returns>What the table says.</returns>
    /// <exception cref="TwoProcessTableException">A field is not what it must be, or pieces lie outside the region or
    /// on top of each other.</exception>
    /// <remarks>Safety: the caller keeps the region mapped while <paramref name="live"/> is in use.</remarks>
    public static TwoProcessLayout Read(
        SharedRegion region,
        DeviceAddress poolAddress,
        uint poolBytes,
        out LiveVdev live)
    {
        Span<byte> copy = stackalloc byte[LengthBytes];
        if (!ResourceTableReader.TryCopy(region, copy))
        {
            throw new TwoProcessTableException(
                $"The resource table needs {LengthBytes} bytes; the shared memory has {region.LengthBytes}.");
        }

        ResourceVdev vdev = ReadVdev(copy);
        TwoProcessLayout layout = new()
        {
            ToDriver = ReadVring(vdev, 0, region),
            ToDevice = ReadVring(vdev, 1, region),
            PoolAddress = poolAddress,
            PoolBytes = poolBytes,
            NotifyId = vdev.Head.NotifyId,
            DeviceFeatures = vdev.Head.DeviceFeatures,
        };
        ThrowIfOverlapping(layout, region);
        return LiveVdev.TryCreate(region, vdev, out live)
            ? layout
            : throw new TwoProcessTableException("The shared memory is not mapped on a multiple of 4 bytes.");
    }

    private static VringEntry FreshVring(uint address, uint notifyId)
        => new() { Address = address, AlignmentBytes = PageBytes, EntryCount = EntryCount, NotifyId = notifyId };

    private static ResourceVdev ReadVdev(ReadOnlySpan<byte> table)
    {
        ResourceTableHeader head = MemoryMarshal.Read<ResourceTableHeader>(table);
        Expect(0x00, ResourceTableHeader.SupportedVersion, head.Version);
        Expect(0x04, 1, head.EntryCount);
        if (!ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out ResourceTableFault fault)
            || !reader.TryGetEntry(0, out ResourceEntry entry, out fault))
        {
            throw Unexpected(fault.OffsetBytes, fault.Actual);
        }

        // Now the entry has all bytes of a device with two vrings.
        Expect(0x10, VdevOffset, entry.OffsetBytes);
        VdevEntry vdevHead = MemoryMarshal.Read<VdevEntry>(entry.Bytes);
        Expect(0x14, (uint)ResourceType.Vdev, (uint)vdevHead.Type);
        Expect(0x18, VdevEntry.RpmsgDeviceId, vdevHead.DeviceId);
        Expect(0x28, 0, vdevHead.ConfigLengthBytes);
        Expect(0x2d, VringCount, vdevHead.VringCount);
        return entry.TryReadVdev(out ResourceVdev vdev, out fault)
            ? vdev
            : throw Unexpected(fault.OffsetBytes, fault.Actual);
    }

    private static RpmsgDirection ReadVring(ResourceVdev vdev, int index, SharedRegion region)
    {
        uint offset = (uint)(VringsOffset + (index * VringEntry.SizeBytes));
        if (!vdev.TryGetVring(index, out VringEntry vring)
            || !QueueSize.TryCreate(vring.EntryCount, out QueueSize size))
        {
            throw Unexpected(offset + 8, vring.EntryCount);
        }

        if (vring.AlignmentBytes > PageBytes
            || !VringLayout.TryCreate(size, vring.AlignmentBytes, out VringLayout ring))
        {
            throw Unexpected(offset + 4, vring.AlignmentBytes);
        }

        // Descriptors are 16 bytes; both sides place the used ring by absolute address, hence the whole alignment.
        uint alignment = Math.Max(vring.AlignmentBytes, VirtqDesc.SizeBytes);
        var address = new DeviceAddress(vring.Address);
        return address.IsAlignedTo(alignment) && IsInside(region, address, ring.SizeBytes)
            ? new RpmsgDirection { RingAddress = address, Ring = ring, NotifyId = vring.NotifyId }
            : throw Unexpected(offset, $"vring{index}.da", $"a multiple of {alignment} with 0x{ring.SizeBytes:x} bytes "
                + $"inside the shared memory of 0x{region.LengthBytes:x}", vring.Address);
    }

    private static void ThrowIfOverlapping(TwoProcessLayout layout, SharedRegion region)
    {
        ReadOnlySpan<(string Name, DeviceAddress Address, ulong LengthBytes)> pieces =
        [
            ("the resource table", region.Address, LengthBytes),
            ("vring 0", layout.ToDriver.RingAddress, layout.ToDriver.Ring.SizeBytes),
            ("vring 1", layout.ToDevice.RingAddress, layout.ToDevice.Ring.SizeBytes),
            ("the buffer pool", layout.PoolAddress, layout.PoolBytes),
        ];
        for (int first = 0; first < pieces.Length; first++)
        {
            if (!IsInside(region, pieces[first].Address, pieces[first].LengthBytes))
            {
                throw new TwoProcessTableException($"{Place(pieces[first])} is not inside the shared memory of "
                    + $"0x{region.LengthBytes:x} bytes. Give both sides the same size.");
            }

            for (int second = first + 1; second < pieces.Length; second++)
            {
                if (pieces[first].Address.Value < pieces[second].Address.Value + pieces[second].LengthBytes
                    && pieces[second].Address.Value < pieces[first].Address.Value + pieces[first].LengthBytes)
                {
                    throw new TwoProcessTableException($"{Place(pieces[first])} and {Place(pieces[second])} overlap. "
                        + "Give both sides the same table and pool.");
                }
            }
        }
    }

    private static unsafe bool IsInside(SharedRegion region, DeviceAddress address, ulong lengthBytes)
        => region.TryTranslate(address, lengthBytes, out _);

    private static string Place((string Name, DeviceAddress Address, ulong LengthBytes) piece)
        => $"{piece.Name} (0x{piece.LengthBytes:x} bytes at 0x{piece.Address.Value:x})";

    private static void Expect(uint offset, uint expected, uint actual)
    {
        if (actual != expected)
        {
            throw Unexpected(offset, actual);
        }
    }

    private static TwoProcessTableException Unexpected(uint offset, uint actual)
    {
        const string Zero = "0x0";
        string size = $"a power of two up to {QueueSize.MaxEntryCount}";
        string alignment = $"a power of two from 4 to {PageBytes}";
        (string field, string expected) = offset switch
        {
            0x00 => ("ver", $"0x{ResourceTableHeader.SupportedVersion:x}"),
            0x04 => ("num", "0x1"),
            0x08 => ("reserved[0]", Zero),
            0x0c => ("reserved[1]", Zero),
            0x10 => ("offset[0]", $"0x{VdevOffset:x}"),
            0x14 => ("type (RSC_VDEV)", $"0x{(uint)ResourceType.Vdev:x}"),
            0x18 => ("id (VIRTIO_ID_RPMSG)", $"0x{VdevEntry.RpmsgDeviceId:x}"),
            0x28 => ("config_len", Zero),
            0x2d => ("num_of_vrings", $"{VringCount}"),
            0x2e => ("reserved", Zero),
            0x34 => ("vring0.align", alignment),
            0x38 => ("vring0.num", size),
            0x48 => ("vring1.align", alignment),
            0x4c => ("vring1.num", size),
            _ => throw new UnreachableException($"No check looks at offset 0x{offset:x2}."),
        };
        return Unexpected(offset, field, expected, actual);
    }

    private static TwoProcessTableException Unexpected(uint offset, string field, string expected, uint actual)
        => new($"Resource table, offset 0x{offset:x2}, {field}: expected {expected}, found 0x{actual:x}. "
            + "Is the peer of this platform, and does it use the same shared memory?");
}
