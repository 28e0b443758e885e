// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What a kernel says of the flow control of an endpoint.</summary>
public enum KernelRpmsgFlow
{
    /// <summary>This kernel has no flow control for endpoints (before 6.12), or this kind of transport has none (virtio
    /// cannot ask the peer to pause).</summary>
    NotSupported,

    /// <summary>Messages may flow.</summary>
    Open,

    /// <summary>The receiver asks for a pause.</summary>
    Paused,
}
