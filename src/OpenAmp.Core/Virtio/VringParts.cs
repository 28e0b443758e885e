// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>A split virtqueue's three parts, mapped, wherever each lies.</summary>
/// <remarks>To hold one made by <see cref="TryMap"/> is to know that every part lies inside shared memory, aligned as
/// its elements need. It does not tell that the memory is still mapped. VIRTIO 1.3, section 2.7.</remarks>
public readonly unsafe struct VringParts
{
    // used_event and avail_event are part of the rings whether or not EVENT_IDX is negotiated.
    private const uint EventBytes = sizeof(ushort);

    private VringParts(in VringPlace place, byte* descriptors, byte* avail, byte* used)
    {
        Place = place;
        Descriptors = (VirtqDesc*)descriptors;
        Avail = (AvailRing*)avail;
        Used = (UsedRing*)used;
    }

    /// <summary>Where the parts are, and where the device begins.</summary>
    public VringPlace Place { get; }

    /// <summary>The descriptor table. Written by the driver.</summary>
    public VirtqDesc* Descriptors { get; }

    /// <summary>The available ring. Written by the driver.</summary>
    public AvailRing* Avail { get; }

    /// <summary>The used ring. Written by the device.</summary>
    public UsedRing* Used { get; }

    internal ushort* AvailEntries => unchecked((ushort*)(Avail + 1));

    internal UsedElement* UsedElements => unchecked((UsedElement*)(Used + 1));

    internal PublishedIndex* UsedEvent => unchecked((PublishedIndex*)(AvailEntries + Place.Size.EntryCount));

    internal PublishedIndex* AvailEvent => unchecked((PublishedIndex*)(UsedElements + Place.Size.EntryCount));

    /// <summary>Length of the descriptor table, in bytes.</summary>
    /// <param name="size">Number of entries.</param>
    /// <returns>The length.</returns>
    public static uint DescriptorBytes(QueueSize size) => unchecked((uint)size.EntryCount * VirtqDesc.SizeBytes);

    /// <summary>Length of the available ring, in bytes.</summary>
    /// <param name="size">Number of entries.</param>
    /// <returns>The length.</returns>
    public static uint AvailBytes(QueueSize size)
        => unchecked(AvailRing.HeadSizeBytes + ((uint)size.EntryCount * sizeof(ushort)) + EventBytes);

    /// <summary>Length of the used ring, in bytes.</summary>
    /// <param name="size">Number of entries.</param>
    /// <returns>The length.</returns>
    public static uint UsedBytes(QueueSize size)
        => unchecked(UsedRing.HeadSizeBytes + ((uint)size.EntryCount * UsedElement.SizeBytes) + EventBytes);

    /// <summary>Maps a ring. Writes nothing.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">Translates the addresses.</param>
    /// <param name="place">Where the parts lie.</param>
    /// <param name="parts">The mapped parts.</param>
    /// <returns><see langword="false"/> when the ring has no size, or a part is misaligned, by its address or as it is
    /// mapped here, or any byte of it lies outside shared memory.</returns>
    public static bool TryMap<TPlatform>(ref TPlatform platform, in VringPlace place, out VringParts parts)
        where TPlatform : struct, IPlatform
    {
        parts = default;
        if (place.Size.EntryCount == 0
            || !TryMapPart(ref platform, place.Descriptors, DescriptorBytes(place.Size), 16, out byte* descriptors)
            || !TryMapPart(ref platform, place.Avail, AvailBytes(place.Size), 2, out byte* avail)
            || !TryMapPart(ref platform, place.Used, UsedBytes(place.Size), 4, out byte* used))
        {
            return false;
        }

        parts = new VringParts(place, descriptors, avail, used);
        return true;
    }

    private static bool TryMapPart<TPlatform>(
        ref TPlatform platform, DeviceAddress address, uint lengthBytes, uint alignmentBytes, out byte* start)
        where TPlatform : struct, IPlatform
    {
        start = null;
        return address.IsAlignedTo(alignmentBytes)
            && platform.TryTranslate(address, lengthBytes, out start)
            && ((nuint)start & unchecked(alignmentBytes - 1) & 3) == 0;
    }
}
