// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>What a message of the server means at the point where it comes.</summary>
internal enum IvshmemStep
{
    /// <summary>The server breaks the protocol.</summary>
    Malformed,

    /// <summary>The version, one we know.</summary>
    Version,

    /// <summary>The client's own id.</summary>
    OwnId,

    /// <summary>The shared memory, as a descriptor.</summary>
    Memory,

    /// <summary>One more vector of a peer, as a descriptor; the first makes it known.</summary>
    PeerVector,

    /// <summary>One more vector of our own, as a descriptor.</summary>
    OwnVector,

    /// <summary>A peer has left.</summary>
    PeerLeft,
}
