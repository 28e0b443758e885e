// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>One direction of a link: its ring and its buffers.</summary>
/// <remarks>A description that nobody has checked yet. It comes from a resource table, a profile or a user.</remarks>
public struct RpmsgDirection
{
    /// <summary>Device address of the ring.</summary>
    public DeviceAddress RingAddress;

    /// <summary>The ring's layout.</summary>
    public VringLayout Ring;

    /// <summary>Notify id of the ring.</summary>
    public uint NotifyId;

    /// <summary>Device address of the first buffer. Only the driver uses it.</summary>
    public DeviceAddress PoolAddress;

    /// <summary>Size of each buffer, header included, in bytes. Only the driver uses it.</summary>
    public uint BufferSizeBytes;

    /// <summary>Number of buffers, at most the ring's entries. Only the driver uses it.</summary>
    public int BufferCount;
}
