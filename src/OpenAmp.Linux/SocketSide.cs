// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Which end of the two-process platform's socket a process is. It has nothing to do with its virtio role:
/// each role may be on each side.</summary>
public enum SocketSide
{
    /// <summary>It writes the resource table, listens, and takes one peer.</summary>
    Server,

    /// <summary>It connects, trying again while nobody listens, and reads the table.</summary>
    Client,
}
