// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Rpmsg;

/// <summary>Whom each side of a link with static vrings rings, in shared memory: the ids of both.</summary>
/// <remarks>
/// <para>An addition of this library, in bytes that the peers in C leave zero: a machine cannot ask its ivshmem device
/// who is there. Who finds no id falls back on the rule of the dual-QEMU sample, ids one apart. Each side writes its
/// own before it rings; the other reads it whenever it rings.</para>
/// <para>Safety: whoever made the region keeps it mapped while this is in use.</para>
/// </remarks>
public readonly unsafe struct LivePeerIds
{
    // Two words, the driver's and the device's: the id plus one, so that zero is none.
    private const ulong LengthBytes = 2 * sizeof(uint);

    private readonly SharedWord* _words;

    private LivePeerIds(byte* start) => _words = (SharedWord*)start;

    /// <summary>Finds the ids in shared memory.</summary>
    /// <param name="memory">The shared memory.</param>
    /// <param name="layout">Where they lie.</param>
    /// <param name="ids">The ids.</param>
    /// <returns><see langword="false"/> when the layout has none, or they lie outside the memory or not at a multiple
    /// of 4.</returns>
    public static bool TryCreate(in SharedRegion memory, in StaticVringLayout layout, out LivePeerIds ids)
    {
        ulong offset = layout.PeerIdsOffsetBytes;
        bool found = offset != 0
            && (offset & 3) == 0
            && offset <= memory.LengthBytes
            && memory.LengthBytes - offset >= LengthBytes;
        ids = found ? new LivePeerIds(memory.Start + (nuint)offset) : default;
        return found;
    }

    /// <summary>Says who one side is.</summary>
    /// <param name="isDriver">Which side.</param>
    /// <param name="id">Its id, at most 65535.</param>
    public void Write(bool isDriver, uint id) => _words[isDriver ? 0 : 1].Write((id & ushort.MaxValue) + 1);

    /// <summary>Reads who one side is.</summary>
    /// <param name="isDriver">Which side.</param>
    /// <param name="fallback">The answer when it has not said.</param>
    /// <returns>An id, at most 65535, whatever stands there.</returns>
    public uint Read(bool isDriver, uint fallback)
    {
        uint value = _words[isDriver ? 0 : 1].Read();
        return value == 0 ? fallback & ushort.MaxValue : (value - 1) & ushort.MaxValue;
    }
}
