// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>How the two processes of a link ring each other. Both must use the same.</summary>
public enum DoorbellKind
{
    /// <summary>A byte on the socket, as the C programs do.</summary>
    SocketByte,

    /// <summary>An eventfd each way, handed over on the socket, which then only tells that the peer lives. Rings
    /// faster; only for a peer that uses this library too.</summary>
    EventFd,
}
