// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Numerics;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>The resource table at offset 0 of the shared memory: one virtio device with two vrings.</summary>
/// <remarks>Little endian, all fields 32 bits wide except the status. The socket's server writes it, both sides read
/// it; the driver later changes gfeatures and status in place.</remarks>
public static unsafe class TwoProcessTable
{
    /// <summary>Length of the table the server writes, in bytes.</summary>
    public const int LengthBytes = VdevOffset + VdevBytes + (RingCount * RingBytes);

    /// <summary>The smallest memory that holds the rings of the table the server writes, in bytes.</summary>
    internal const long MinRegionBytes = 0x8000 + 0x2806;

    private const int VdevOffset = 0x14;
    private const int VdevBytes = 28;
    private const int RingBytes = 20;
    private const int RingCount = 2;
    private const uint MaxEntryCount = 0x8000;
    private const uint PageBytes = 0x1000;

    private const uint Version = 1;
    private const uint VdevType = 3; // RSC_VDEV
    private const uint RpmsgDevice = 7; // VIRTIO_ID_RPMSG

    /// <summary>The 88 bytes of a fresh table: name service offered, no features taken, status zero.</summary>
    public static ReadOnlySpan<byte> Fresh =>
    [
        1, 0, 0, 0, /* ver */ 1, 0, 0, 0, /* num */ 0, 0, 0, 0, 0, 0, 0, 0, /* reserved */
        0x14, 0, 0, 0, /* offset[0] */
        3, 0, 0, 0, /* RSC_VDEV */ 7, 0, 0, 0, /* VIRTIO_ID_RPMSG */ 0, 0, 0, 0, /* notifyid */
        1, 0, 0, 0, /* dfeatures: VIRTIO_RPMSG_F_NS */ 0, 0, 0, 0, /* gfeatures */ 0, 0, 0, 0, /* config_len */
        0, /* status */ 2, /* num_of_vrings */ 0, 0, /* reserved */
        0, 0x40, 0, 0, /* da */ 0, 0x10, 0, 0, /* align */ 0, 1, 0, 0, /* num */ 1, 0, 0, 0, /* notifyid */ 0, 0, 0, 0,
        0, 0x80, 0, 0, /* da */ 0, 0x10, 0, 0, /* align */ 0, 1, 0, 0, /* num */ 2, 0, 0, 0, /* notifyid */ 0, 0, 0, 0,
    ];

    /// <summary>Writes a fresh table at the region's start. The memory behind it is left as it is.</summary>
    /// <param name="region">The shared memory.</param>
    /// <exception cref="ArgumentException">The region is shorter than the table.</exception>
    public static void Write(SharedRegion region)
    {
        if (!region.TryTranslate(region.Address, LengthBytes, out byte* table))
        {
            throw new ArgumentException(
                $"The table needs {LengthBytes} bytes; the region has {region.LengthBytes}.", nameof(region));
        }

        // SAFETY: the translation vouched for the length.
        Fresh.CopyTo(new Span<byte>(table, LengthBytes));
    }

    /// <summary>Copies the table once from the region's start and validates the copy.</summary>
    /// <param name="region">The shared memory.</param>
    /// <param name="poolAddress">Device address of the buffer pool.</param>
    /// <param name="poolBytes">Length of the buffer pool in bytes.</param>
    /// <returns>What the table says.</returns>
    /// <exception cref="TwoProcessTableException">A field is not what it must be, or pieces lie outside the region or
    /// on top of each other.</exception>
    public static TwoProcessLayout Read(SharedRegion region, DeviceAddress poolAddress, uint poolBytes)
    {
        if (!region.TryTranslate(region.Address, LengthBytes, out byte* table))
        {
            throw new TwoProcessTableException(
                $"The resource table needs {LengthBytes} bytes; the shared memory has {region.LengthBytes}.");
        }

        Span<byte> copy = stackalloc byte[LengthBytes];
        // SAFETY: the translation vouched for the length.
        new ReadOnlySpan<byte>(table, LengthBytes).CopyTo(copy);
        ThrowIfUnexpected(copy);
        TwoProcessLayout layout = new()
        {
            DeviceToDriver = RingAt(copy, 0, region),
            DriverToDevice = RingAt(copy, 1, region),
            PoolAddress = poolAddress,
            PoolBytes = poolBytes,
            NotifyId = WordAt(copy, VdevOffset + 8),
            DeviceFeatures = WordAt(copy, VdevOffset + 12),
            GuestFeaturesAddress = region.Address.Plus(VdevOffset + 16),
            StatusAddress = region.Address.Plus(VdevOffset + 24),
        };
        ThrowIfOverlapping(layout, region);
        return layout;
    }

    private static void ThrowIfUnexpected(ReadOnlySpan<byte> table)
    {
        Expect(table, 0x00, "ver", Version);
        Expect(table, 0x04, "num", 1);
        Expect(table, 0x08, "reserved[0]", 0);
        Expect(table, 0x0c, "reserved[1]", 0);
        Expect(table, 0x10, "offset[0]", VdevOffset);
        Expect(table, VdevOffset, "type (RSC_VDEV)", VdevType);
        Expect(table, VdevOffset + 4, "id (VIRTIO_ID_RPMSG)", RpmsgDevice);
        Expect(table, VdevOffset + 20, "config_len", 0);
        if (table[VdevOffset + 25] != RingCount)
        {
            throw Unexpected(VdevOffset + 25, "num_of_vrings", $"{RingCount}", table[VdevOffset + 25]);
        }
    }

    private static TwoProcessRing RingAt(ReadOnlySpan<byte> table, int index, SharedRegion region)
    {
        int offset = VdevOffset + VdevBytes + (index * RingBytes);
        uint alignment = WordAt(table, offset + 4);
        if (!BitOperations.IsPow2(alignment) || alignment is < 4 or > PageBytes)
        {
            throw Unexpected(offset + 4, $"vring{index}.align", $"a power of two from 4 to {PageBytes}", alignment);
        }

        uint count = WordAt(table, offset + 8);
        if (!BitOperations.IsPow2(count) || count > MaxEntryCount)
        {
            throw Unexpected(offset + 8, $"vring{index}.num", $"a power of two up to {MaxEntryCount}", count);
        }

        uint address = WordAt(table, offset);
        TwoProcessRing ring = new(new DeviceAddress(address), alignment, count, WordAt(table, offset + 12));

        // Descriptors are 16 bytes; both sides place the used ring by absolute address, hence the whole alignment.
        if (!ring.Address.IsAlignedTo(Math.Max(alignment, 16))
            || !region.TryTranslate(ring.Address, ring.LengthBytes, out _))
        {
            throw Unexpected(offset, $"vring{index}.da", $"a multiple of {Math.Max(alignment, 16)} with "
                + $"0x{ring.LengthBytes:x} bytes inside the shared memory of 0x{region.LengthBytes:x}", address);
        }

        return ring;
    }

    private static void ThrowIfOverlapping(TwoProcessLayout layout, SharedRegion region)
    {
        ReadOnlySpan<(string Name, DeviceAddress Address, ulong LengthBytes)> pieces =
        [
            ("the resource table", region.Address, LengthBytes),
            ("vring 0", layout.DeviceToDriver.Address, layout.DeviceToDriver.LengthBytes),
            ("vring 1", layout.DriverToDevice.Address, layout.DriverToDevice.LengthBytes),
            ("the buffer pool", layout.PoolAddress, layout.PoolBytes),
        ];
        for (int first = 0; first < pieces.Length; first++)
        {
            if (!region.TryTranslate(pieces[first].Address, pieces[first].LengthBytes, out _))
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

    private static string Place((string Name, DeviceAddress Address, ulong LengthBytes) piece)
        => $"{piece.Name} (0x{piece.LengthBytes:x} bytes at 0x{piece.Address.Value:x})";

    private static void Expect(ReadOnlySpan<byte> table, int offset, string field, uint expected)
    {
        uint actual = WordAt(table, offset);
        if (actual != expected)
        {
            throw Unexpected(offset, field, $"0x{expected:x}", actual);
        }
    }

    private static uint WordAt(ReadOnlySpan<byte> table, int offset)
        => BinaryPrimitives.ReadUInt32LittleEndian(table[offset..]);

    private static TwoProcessTableException Unexpected(int offset, string field, string expected, uint actual)
        => new($"Resource table, offset 0x{offset:x2}, {field}: expected {expected}, found 0x{actual:x}. "
            + "Is the peer of this platform, and does it use the same shared memory?");
}
