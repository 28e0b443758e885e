// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Virtio;

/// <summary>Where the three parts of a split virtqueue lie within their memory.</summary>
/// <remarks>
/// <para>VIRTIO 1.3, section 2.7.2 (Legacy Interfaces: A Note on Virtqueue Layout): the descriptors at offset 0, the
/// available ring behind them, the used ring at the next multiple of the alignment.</para>
/// <para>The offsets hold on both sides only when the ring's own device address is a multiple of the alignment, since
/// the C library aligns the address and not the offset. <see cref="VringMemory.TryMap"/> refuses any other.</para>
/// </remarks>
public readonly struct VringLayout
{
    /// <summary>The largest alignment accepted, in bytes: more would only push the rings apart.</summary>
    public const uint MaxAlignmentBytes = 1 << 20;

    internal VringLayout(QueueSize size, uint alignmentBytes)
    {
        Size = size;
        AlignmentBytes = alignmentBytes;
    }

    /// <summary>Number of entries.</summary>
    public QueueSize Size { get; }

    /// <summary>Alignment of the ring and of its used part, in bytes; a power of two.</summary>
    public uint AlignmentBytes { get; }

    /// <summary>Offset of the available ring, in bytes.</summary>
    public uint AvailOffsetBytes => unchecked((uint)Size.EntryCount * VirtqDesc.SizeBytes);

    /// <summary>Offset of the used ring, in bytes.</summary>
    public uint UsedOffsetBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            unchecked
            {
                // used_event and avail_event are part of the layout whether or not EVENT_IDX is negotiated.
                uint availEnd = AvailRing.HeadSizeBytes + (18 * (uint)Size.EntryCount) + sizeof(ushort);
                return (availEnd + AlignmentBytes - 1) & ~(AlignmentBytes - 1);
            }
        }
    }

    /// <summary>Size of the whole ring, in bytes (vring_size of the C implementations); 0 of a layout that nobody
    /// created.</summary>
    public uint SizeBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Size.EntryCount == 0
            ? 0
            : unchecked(UsedOffsetBytes + UsedRing.HeadSizeBytes + (8 * (uint)Size.EntryCount) + sizeof(ushort));
    }

    /// <summary>Checks an alignment and lays the ring out.</summary>
    /// <param name="size">Number of entries.</param>
    /// <param name="alignmentBytes">Alignment in bytes.</param>
    /// <param name="layout">The layout, when the alignment is valid.</param>
    /// <returns><see langword="false"/> unless the alignment is a power of two from 4 to
    /// <see cref="MaxAlignmentBytes"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(QueueSize size, uint alignmentBytes, out VringLayout layout)
    {
        // Less than 4 wraps to a large number.
        if (unchecked(alignmentBytes - 4) > MaxAlignmentBytes - 4
            || (alignmentBytes & unchecked(alignmentBytes - 1)) != 0
            || size.EntryCount == 0)
        {
            layout = default;
            return false;
        }

        layout = new VringLayout(size, alignmentBytes);
        return true;
    }
}
