// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What a <see cref="DeviceQueue{TPlatform}"/> remembers of one chain, in memory of this side only.</summary>
/// <remarks>The caller gives one for each descriptor, in memory that the peer cannot reach.</remarks>
public struct DeviceSlot
{
    /// <summary>Whether this side has the chain with this head.</summary>
    internal bool IsHeld;

    /// <summary>A word the holder keeps with the chain: RPMsg keeps the buffer's length here.</summary>
    internal uint Tag;
}
