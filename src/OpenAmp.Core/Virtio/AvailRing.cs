// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Virtio;

/// <summary>Head of an available ring as it lies in shared memory; the entries follow it, then used_event.</summary>
/// <remarks>VIRTIO 1.3, section 2.7.6 (The Virtqueue Available Ring). Little-endian, aligned to 2 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct AvailRing
{
    /// <summary>Size of the head, in bytes.</summary>
    public const int HeadSizeBytes = 4;

    /// <summary>Written by the driver: whether it wants to be told of used buffers.</summary>
    public SuppressionFlags Flags;

    /// <summary>Written by the driver. Index of the next entry it will write.</summary>
    public PublishedIndex Index;
}
