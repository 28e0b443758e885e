// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>Where a vring lies, as the resource table says (fw_rsc_vdev_vring).</summary>
/// <param name="Address">Device address of the descriptors; on this platform the offset in the shared memory.</param>
/// <param name="AlignmentBytes">Alignment of the used ring in bytes, a power of two.</param>
/// <param name="EntryCount">Number of descriptors, a power of two.</param>
/// <param name="NotifyId">What names the ring in notifications.</param>
public readonly record struct TwoProcessRing(DeviceAddress Address, uint AlignmentBytes, uint EntryCount, uint NotifyId)
{
    // VIRTIO 1.3, section 2.7: 16 bytes per descriptor; flags, index, 2 bytes per entry and an event word; flags,
    // index, 8 bytes per entry and an event word.
    private const ulong DescriptorBytes = 16;

    /// <summary>The ring's layout, checked by whoever read the table.</summary>
    internal VringLayout Layout
        => QueueSize.TryCreate(EntryCount, out QueueSize size)
            && VringLayout.TryCreate(size, AlignmentBytes, out VringLayout layout)
                ? layout
                : default;

    /// <summary>Device address of the available ring.</summary>
    public DeviceAddress Available => Address.Plus(DescriptorBytes * EntryCount);

    /// <summary>Device address of the used ring.</summary>
    public DeviceAddress Used => Address.Plus(UsedOffset);

    /// <summary>Length of the three parts together, in bytes.</summary>
    public ulong LengthBytes => UsedOffset + 4 + (8UL * EntryCount) + 2;

    private ulong UsedOffset
    {
        get
        {
            ulong end = (DescriptorBytes * EntryCount) + 4 + (2UL * EntryCount) + 2;
            return (end + AlignmentBytes - 1) & ~((ulong)AlignmentBytes - 1);
        }
    }
}
