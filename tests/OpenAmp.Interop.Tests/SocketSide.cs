// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Interop.Tests;

/// <summary>Which end of the notification socket a side is; independent of its virtio role.</summary>
public enum SocketSide
{
    /// <summary>Writes the resource table and listens.</summary>
    Server,

    /// <summary>Connects, retrying until the server listens.</summary>
    Client,
}
