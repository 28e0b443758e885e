// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What a <see cref="DriverQueue{TPlatform}"/> remembers of one descriptor, in memory of this side only.
/// </summary>
/// <remarks>The caller gives one for each descriptor, in memory that the peer cannot reach: what the device can write
/// is never trusted to say which buffers are whose.</remarks>
public struct DriverSlot
{
    internal DriverSlotState State;

    /// <summary>Next descriptor of the chain, or of the free list.</summary>
    internal ushort Next;

    /// <summary>Of a head: how many bytes of its chain the device may write.</summary>
    internal uint WritableBytes;
}
