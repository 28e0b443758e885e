// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What a <see cref="DeviceQueue{TPlatform}"/> remembers of one chain, in memory of this side only.</summary>
/// <remarks>The caller gives one for each descriptor, in memory that the peer cannot reach. One word, since a small
/// machine has as many of them as descriptors.</remarks>
public struct DeviceSlot
{
    private const uint Held = 1u << 31;

    private uint _word;

    /// <summary>Whether this side has the chain with this head.</summary>
    internal readonly bool IsHeld => unchecked((int)_word) < 0;

    /// <summary>A number of 31 bits that the holder keeps with the chain: RPMsg's list of released buffers.</summary>
    internal uint Tag
    {
        readonly get => _word & ~Held;
        set => _word = value | Held;
    }

    /// <summary>Takes the chain; its tag is then 0.</summary>
    internal void Hold() => _word = Held;

    /// <summary>Lets go of the chain.</summary>
    internal void Free() => _word = 0;
}
