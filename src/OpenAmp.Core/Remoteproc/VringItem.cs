// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>One vring of a <see cref="VdevItem"/>.</summary>
/// <remarks>
/// <para>24 bytes, little-endian. The firmware's author writes it; the host writes back the address and the notify id
/// it chose, before it sets <see cref="VirtioStatus.DriverOk"/>.</para>
/// <para>Of an RPMsg device the first vring carries messages to the driver, the second to the device.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct VringItem
{
    /// <summary>Size of the structure, in bytes.</summary>
    public const int SizeBytes = 24;

    internal const uint AddressOffset = 0;
    internal const uint AlignmentOffset = 8;
    internal const uint EntryCountOffset = 12;
    internal const uint NotifyIdOffset = 16;
    internal const uint ReservedOffset = 20;

    /// <summary>Device address of the ring, or <see cref="ResourceAddress.Any64"/>.</summary>
    public ulong Address;

    /// <summary>Alignment of the used ring, in bytes: a power of two.</summary>
    public uint AlignmentBytes;

    /// <summary>Number of descriptors: a power of two, at most <see cref="QueueSize.MaxEntryCount"/>.</summary>
    public uint EntryCount;

    /// <summary>Id of this vring's notifications, or <see cref="OpenAmp.Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId;

    /// <summary>Zero.</summary>
    public uint Reserved;

    internal readonly bool HasValidSize => QueueSize.TryCreate(EntryCount, out _);

    internal readonly bool HasValidAlignment
        => AlignmentBytes != 0 && (AlignmentBytes & (AlignmentBytes - 1)) == 0;
}
