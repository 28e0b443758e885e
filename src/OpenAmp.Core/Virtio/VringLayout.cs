// SPDX-License-Identifier: BSD-3-Clause

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

    private VringLayout(QueueSize size, uint alignmentBytes)
    {
        uint entries = size.EntryCount;
        Size = size;
        AlignmentBytes = alignmentBytes;
        AvailOffsetBytes = entries * VirtqDesc.SizeBytes;

        // used_event and avail_event are part of the layout whether or not EVENT_IDX is negotiated.
        uint availEnd = AvailOffsetBytes + AvailRing.HeadSizeBytes + (2 * entries) + sizeof(ushort);
        UsedOffsetBytes = (availEnd + alignmentBytes - 1) & ~(alignmentBytes - 1);
        SizeBytes = UsedOffsetBytes + UsedRing.HeadSizeBytes + (8 * entries) + sizeof(ushort);
    }

    /// <summary>Number of entries.</summary>
    public QueueSize Size { get; }

    /// <summary>Alignment of the ring and of its used part, in bytes; a power of two.</summary>
    public uint AlignmentBytes { get; }

    /// <summary>Offset of the available ring, in bytes.</summary>
    public uint AvailOffsetBytes { get; }

    /// <summary>Offset of the used ring, in bytes.</summary>
    public uint UsedOffsetBytes { get; }

    /// <summary>Size of the whole ring, in bytes (vring_size of the C implementations).</summary>
    public uint SizeBytes { get; }

    /// <summary>Checks an alignment and lays the ring out.</summary>
    /// <param name="size">Number of entries.</param>
    /// <param name="alignmentBytes">Alignment in bytes.</param>
    /// <param name="layout">The layout, when the alignment is valid.</param>
    /// <returns><see langword="false"/> unless the alignment is a power of two from 4 to
    /// <see cref="MaxAlignmentBytes"/>.</returns>
    public static bool TryCreate(QueueSize size, uint alignmentBytes, out VringLayout layout)
    {
        bool valid = alignmentBytes is >= 4 and <= MaxAlignmentBytes
            && (alignmentBytes & (alignmentBytes - 1)) == 0
            && size.EntryCount > 0;
        layout = valid ? new VringLayout(size, alignmentBytes) : default;
        return valid;
    }
}
