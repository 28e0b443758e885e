// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Where a link without a resource table lies: both sides are built with the same numbers.</summary>
/// <remarks>
/// <para>All places are offsets from the start of the shared memory. A description that nobody has checked yet:
/// <see cref="Check"/> does, and <see cref="TryDescribe"/> takes only what passes.</para>
/// <para>The driver writes the status byte; the device waits for <see cref="VirtioStatus.DriverOk"/> in it. Features
/// are not negotiated: the name service is in use and nothing else.</para>
/// <para>The peers in C hand their whole region to the buffer pool, rings included. Of that pool only the first
/// buffers are ever taken: one for each entry of the ring to the driver, then on demand one for each entry of the
/// ring to the device. Those are what counts here.</para>
/// </remarks>
public struct StaticVringLayout
{
    /// <summary>Number of entries of each ring that the dual-QEMU sample and Zephyr's older RPMsg backends have.
    /// </summary>
    public const uint DefaultEntryCount = 16;

    /// <summary>Size of a buffer, header included, in bytes (RPMSG_BUFFER_SIZE of the C library).</summary>
    public const uint DefaultBufferSizeBytes = 512;

    /// <summary>Alignment of a ring, in bytes, that both sources use unless told otherwise.</summary>
    public const uint DefaultAlignmentBytes = 4;

    /// <summary>Size of the area of the status byte, and the distance of the rings, in the dual-QEMU sample.</summary>
    public const uint DualQemuPageBytes = 0x400;

    private const uint DualQemuPeerIdsOffset = 8;

    /// <summary>Length of the shared memory, in bytes.</summary>
    public ulong MemoryBytes;

    /// <summary>Offset of the status byte.</summary>
    public ulong StatusOffsetBytes;

    /// <summary>Offset of the <see cref="LivePeerIds"/>, in bytes that no peer in C uses; 0 for none.</summary>
    public ulong PeerIdsOffsetBytes;

    /// <summary>Offset of the ring from the device to the driver: ring 0 of the virtio device.</summary>
    public ulong ToDriverRingOffsetBytes;

    /// <summary>Offset of the ring from the driver to the device: ring 1 of the virtio device.</summary>
    public ulong ToDeviceRingOffsetBytes;

    /// <summary>Number of entries of each ring, and of buffers in each direction.</summary>
    public uint EntryCount;

    /// <summary>Alignment of the rings and of their used parts, in bytes.</summary>
    public uint AlignmentBytes;

    /// <summary>Offset of the first buffer.</summary>
    public ulong PoolOffsetBytes;

    /// <summary>Size of each buffer, header included, in bytes.</summary>
    public uint BufferSizeBytes;

    /// <summary>The places of OpenAMP's dual-QEMU sample (openamp-system-reference, dual_qemu_ivshmem) and of Zephyr's
    /// samples from before resource tables: status in the first 0x400 bytes, buffers behind it, the ring to the driver
    /// 0x800 and the ring to the device 0x400 bytes before the end.</summary>
    /// <param name="memoryBytes">Length of the shared memory, in bytes.</param>
    /// <returns>The layout, not checked.</returns>
    public static StaticVringLayout DualQemu(ulong memoryBytes) => new()
    {
        MemoryBytes = memoryBytes,
        PeerIdsOffsetBytes = DualQemuPeerIdsOffset,

        // A memory too small for them wraps, and Check finds them outside.
        ToDriverRingOffsetBytes = unchecked(memoryBytes - (2 * DualQemuPageBytes)),
        ToDeviceRingOffsetBytes = unchecked(memoryBytes - DualQemuPageBytes),
        EntryCount = DefaultEntryCount,
        AlignmentBytes = DefaultAlignmentBytes,
        PoolOffsetBytes = DualQemuPageBytes,
        BufferSizeBytes = DefaultBufferSizeBytes,
    };

    /// <summary>The places of Zephyr's IPC service backend for static vrings (zephyr,ipc-openamp-static-vrings):
    /// status, buffers of both directions, the ring to the device, the ring to the driver.</summary>
    /// <param name="memoryBytes">Length of the memory region of the device tree, in bytes.</param>
    /// <param name="bufferSizeBytes">zephyr,buffer-size of the device tree; Zephyr's default is
    /// <see cref="DefaultBufferSizeBytes"/>.</param>
    /// <param name="alignmentBytes">CONFIG_IPC_SERVICE_STATIC_VRINGS_MEM_ALIGNMENT, also the size of the status area;
    /// Zephyr's default is <see cref="DefaultAlignmentBytes"/>.</param>
    /// <returns>The layout, not checked, with the largest power of two of entries that leaves at least a byte free.
    /// Versions of Zephyr differ in that number where the memory fits it closely: change <see cref="EntryCount"/> and
    /// the places then.</returns>
    public static StaticVringLayout Zephyr(ulong memoryBytes, uint bufferSizeBytes, uint alignmentBytes)
    {
        uint entries = 0;
        for (uint next = 1; next <= QueueSize.MaxEntryCount; next *= 2)
        {
            if (alignmentBytes + ZephyrBytes(next, bufferSizeBytes, alignmentBytes) >= memoryBytes)
            {
                break;
            }

            entries = next;
        }

        ulong toDevice = alignmentBytes + (2 * RoundUp((ulong)entries * bufferSizeBytes, alignmentBytes));
        return new StaticVringLayout
        {
            MemoryBytes = memoryBytes,
            ToDeviceRingOffsetBytes = toDevice,
            ToDriverRingOffsetBytes = toDevice + RingBytes(entries, alignmentBytes),
            EntryCount = entries,
            AlignmentBytes = alignmentBytes,
            PoolOffsetBytes = alignmentBytes,
            BufferSizeBytes = bufferSizeBytes,
        };
    }

    /// <summary>Looks whether every part fits, and whether no two share a byte.</summary>
    /// <param name="first">The part that is wrong, or the first of two that overlap.</param>
    /// <param name="second">The second of two that overlap.</param>
    /// <returns>What is wrong; <see cref="StaticVringFault.None"/> when all is well.</returns>
    public readonly StaticVringFault Check(out StaticVringPart first, out StaticVringPart second)
    {
        first = StaticVringPart.None;
        second = StaticVringPart.None;
        if (!QueueSize.TryCreate(EntryCount, out QueueSize size))
        {
            return StaticVringFault.BadEntryCount;
        }

        if (!VringLayout.TryCreate(size, AlignmentBytes, out _))
        {
            return StaticVringFault.BadAlignment;
        }

        if (BufferSizeBytes is <= RpmsgHeader.SizeBytes or > BufferPool.MaxBufferSizeBytes
            || (BufferSizeBytes & 3) != 0)
        {
            return StaticVringFault.BadBufferSize;
        }

        for (first = StaticVringPart.Status; first <= StaticVringPart.ToDeviceBuffers; first++)
        {
            Locate(first, out ulong offset, out ulong length);
            if (offset > MemoryBytes || length > MemoryBytes - offset)
            {
                return StaticVringFault.OutsideMemory;
            }

            bool isRing = first is StaticVringPart.ToDriverRing or StaticVringPart.ToDeviceRing;
            if (isRing && (offset & (AlignmentBytes - 1)) != 0)
            {
                return StaticVringFault.Misaligned;
            }
        }

        return TryFindOverlap(out first, out second) ? StaticVringFault.Overlap : StaticVringFault.None;
    }

    /// <summary>Where a part lies.</summary>
    /// <param name="part">The part.</param>
    /// <param name="offsetBytes">Its offset in the shared memory.</param>
    /// <param name="lengthBytes">How many bytes of it are really used.</param>
    public readonly void Locate(StaticVringPart part, out ulong offsetBytes, out ulong lengthBytes)
    {
        ulong buffers = (ulong)EntryCount * BufferSizeBytes;
        uint ring = QueueSize.TryCreate(EntryCount, out QueueSize size)
            && VringLayout.TryCreate(size, AlignmentBytes, out VringLayout layout)
            ? layout.SizeBytes
            : 0;
        bool isRing = part is StaticVringPart.ToDriverRing or StaticVringPart.ToDeviceRing;
        lengthBytes = part == StaticVringPart.Status ? 1 : isRing ? ring : buffers;
        offsetBytes = part switch
        {
            StaticVringPart.Status => StatusOffsetBytes,
            StaticVringPart.ToDriverRing => ToDriverRingOffsetBytes,
            StaticVringPart.ToDeviceRing => ToDeviceRingOffsetBytes,
            StaticVringPart.ToDriverBuffers => PoolOffsetBytes,
            _ => unchecked(PoolOffsetBytes + buffers),
        };
    }

    /// <summary>Describes the link, for either side.</summary>
    /// <param name="memoryAddress">Device address of the first byte of the shared memory: what stands in descriptors
    /// is this plus an offset. Zero for peers that use offsets.</param>
    /// <param name="layout">The link, in the dialect of the C library.</param>
    /// <returns><see langword="false"/> when <see cref="Check"/> finds something, or when the address is no multiple
    /// of the alignment.</returns>
    public readonly bool TryDescribe(DeviceAddress memoryAddress, out RpmsgLayout layout)
    {
        layout = default;
        if (Check(out _, out _) != StaticVringFault.None
            || !memoryAddress.IsAlignedTo(AlignmentBytes)
            || !QueueSize.TryCreate(EntryCount, out QueueSize size)
            || !VringLayout.TryCreate(size, AlignmentBytes, out VringLayout ring))
        {
            return false;
        }

        layout.ToDriver = Describe(memoryAddress, StaticVringPart.ToDriverRing, StaticVringPart.ToDriverBuffers, ring);
        layout.ToDevice = Describe(memoryAddress, StaticVringPart.ToDeviceRing, StaticVringPart.ToDeviceBuffers, ring);
        layout.ToDevice.NotifyId = 1;
        layout.UsedLength = UsedLength.WholeBuffer;
        return true;
    }

    private readonly RpmsgDirection Describe(
        DeviceAddress memory,
        StaticVringPart ringPart,
        StaticVringPart bufferPart,
        in VringLayout ring)
    {
        Locate(ringPart, out ulong ringOffset, out _);
        Locate(bufferPart, out ulong poolOffset, out _);
        return new RpmsgDirection
        {
            RingAddress = memory.Plus(ringOffset),
            Ring = ring,
            PoolAddress = memory.Plus(poolOffset),
            BufferSizeBytes = BufferSizeBytes,
            BufferCount = (int)EntryCount,
        };
    }

    private readonly bool TryFindOverlap(out StaticVringPart first, out StaticVringPart second)
    {
        for (first = StaticVringPart.Status; first < StaticVringPart.ToDeviceBuffers; first++)
        {
            Locate(first, out ulong start, out ulong length);
            for (second = first + 1; second <= StaticVringPart.ToDeviceBuffers; second++)
            {
                // Both were found inside the memory, so no sum wraps.
                Locate(second, out ulong otherStart, out ulong otherLength);
                if (start < otherStart + otherLength && otherStart < start + length)
                {
                    return true;
                }
            }
        }

        first = StaticVringPart.None;
        second = StaticVringPart.None;
        return false;
    }

    private static ulong ZephyrBytes(uint entries, uint bufferSizeBytes, uint alignmentBytes)
        => 2 * (RoundUp((ulong)entries * bufferSizeBytes, alignmentBytes) + RingBytes(entries, alignmentBytes));

    private static ulong RingBytes(uint entries, uint alignmentBytes)
        => QueueSize.TryCreate(entries, out QueueSize size)
            && VringLayout.TryCreate(size, alignmentBytes, out VringLayout ring)
            ? RoundUp(ring.SizeBytes, alignmentBytes)
            : 0;

    // An alignment that is no power of two gives nonsense here, and Check refuses it.
    private static ulong RoundUp(ulong value, uint alignmentBytes)
        => unchecked(value + alignmentBytes - 1) & ~(ulong)unchecked(alignmentBytes - 1);
}
