// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Which peer joined or left.</summary>
/// <param name="peer">The peer.</param>
public sealed class IvshmemPeerEventArgs(IvshmemPeer peer) : EventArgs
{
    /// <summary>The peer.</summary>
    public IvshmemPeer Peer { get; } = peer;
}
