// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>A split virtqueue's three parts, mapped.</summary>
/// <remarks>To hold one made by <see cref="TryMap"/> is to know that every part lies inside shared memory, aligned as
/// its elements need. It does not tell that the memory is still mapped.</remarks>
public readonly unsafe struct VringMemory
{
    // The layout's parts, and not the layout: a structure within a structure would be kept in memory.
    private readonly QueueSize _size;
    private readonly uint _alignmentBytes;

    private VringMemory(byte* start, in VringLayout layout)
    {
        Start = start;
        _size = layout.Size;
        _alignmentBytes = layout.AlignmentBytes;
    }

    /// <summary>First byte of the ring.</summary>
    public byte* Start { get; }

    /// <summary>Where its parts lie.</summary>
    public VringLayout Layout => new(_size, _alignmentBytes);

    /// <summary>Number of entries.</summary>
    public QueueSize Size => _size;

    /// <summary>The descriptor table. Written by the driver.</summary>
    public VirtqDesc* Descriptors => (VirtqDesc*)Start;

    /// <summary>The available ring. Written by the driver.</summary>
    public AvailRing* Avail => unchecked((AvailRing*)(Start + Layout.AvailOffsetBytes));

    /// <summary>The used ring. Written by the device.</summary>
    public UsedRing* Used => unchecked((UsedRing*)(Start + Layout.UsedOffsetBytes));

    /// <summary>The available ring's entries: descriptor heads.</summary>
    public ushort* AvailEntries => unchecked((ushort*)(Avail + 1));

    /// <summary>The used ring's elements.</summary>
    public UsedElement* UsedElements => unchecked((UsedElement*)(Used + 1));

    /// <summary>used_event: written by the driver, which used index it wants to be told of.</summary>
    public PublishedIndex* UsedEvent => unchecked((PublishedIndex*)(AvailEntries + Size.EntryCount));

    /// <summary>avail_event: written by the device, which available index it wants to be told of.</summary>
    public PublishedIndex* AvailEvent => unchecked((PublishedIndex*)(UsedElements + Size.EntryCount));

    /// <summary>Maps a ring that a resource table or a profile describes. Writes nothing.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">Translates the address.</param>
    /// <param name="address">Device address of the ring.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="memory">The mapped ring.</param>
    /// <returns><see langword="false"/> when the address is not a multiple of the layout's alignment, or when any
    /// byte of the ring lies outside shared memory, or when it is mapped on an odd address here.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMap<TPlatform>(
        ref TPlatform platform,
        DeviceAddress address,
        in VringLayout layout,
        out VringMemory memory)
        where TPlatform : struct, IPlatform
    {
        if (layout.SizeBytes == 0
            || !address.IsAlignedTo(layout.AlignmentBytes)
            || !platform.TryTranslate(address, layout.SizeBytes, out byte* start)
            || ((nuint)start & 3) != 0)
        {
            memory = default;
            return false;
        }

        memory = new VringMemory(start, layout);
        return true;
    }

    /// <summary>Zeroes the whole ring, as a driver does before it uses it. Word by word, for any kind of memory.
    /// </summary>
    public void Clear()
    {
        // SAFETY: TryMap checked the range and its alignment to 4; a ring's size is even, so at most 2 bytes remain.
        uint words = Layout.SizeBytes / sizeof(uint);
        for (uint i = 0; i < words; i++)
        {
            ((uint*)Start)[i] = 0;
        }

        for (uint i = words * sizeof(uint); i < Layout.SizeBytes; i++)
        {
            Start[i] = 0;
        }
    }
}
