// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What the other side of one queue got wrong, counted modulo 2^32. Nothing here is ever
/// reset, and no peer makes a count overflow.</summary>
public struct QueueFaults
{
    /// <summary>Index moved by more than the queue holds: the queue is broken.</summary>
    public uint IndexJumps;

    /// <summary>Descriptor numbers outside the table.</summary>
    public uint HeadsOutside;

    /// <summary>Descriptor numbers that were not the other side's to give.</summary>
    public uint HeadsNotOwned;

    /// <summary>Written lengths beyond the buffer.</summary>
    public uint LengthsBeyondBuffer;

    /// <summary>Chains that are too long, loop, mix directions, nest tables or have a bad next index.</summary>
    public uint BadChains;

    /// <summary>Buffers outside shared memory.</summary>
    public uint BuffersOutside;

    /// <summary>Buffers with the wrong direction or alignment, or too short for what they are for.</summary>
    public uint BadBuffers;

    /// <summary>All of them together.</summary>
    public readonly ulong Total =>
        (ulong)IndexJumps + HeadsOutside + HeadsNotOwned + LengthsBeyondBuffer + BadChains + BuffersOutside
        + BadBuffers;
}
