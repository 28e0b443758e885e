// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Virtio;

/// <summary>Where the three parts of a split virtqueue lie when they need not lie in one piece, and where in them a
/// device begins.</summary>
/// <remarks>A description that nobody has checked yet; <see cref="VringParts"/> does. For transports that name
/// each part (vhost-user, virtio-mmio, virtio over PCI).</remarks>
public struct VringPlace
{
    /// <summary>Number of entries.</summary>
    public QueueSize Size;

    /// <summary>Device address of the descriptor table; a multiple of 16.</summary>
    public DeviceAddress Descriptors;

    /// <summary>Device address of the available ring; a multiple of 2.</summary>
    public DeviceAddress Avail;

    /// <summary>Device address of the used ring; a multiple of 4.</summary>
    public DeviceAddress Used;

    /// <summary>Free-running index of the first available entry to take: 0 in a ring that the driver has just reset.
    /// </summary>
    public ushort AvailIndex;

    /// <summary>Free-running index of the first used element to write: 0 in a ring that the driver has just reset.
    /// </summary>
    public ushort UsedIndex;

    /// <summary>Notify id of the ring.</summary>
    public uint NotifyId;
}
