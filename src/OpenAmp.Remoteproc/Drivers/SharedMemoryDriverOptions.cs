// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>What a program has of a processor that somebody else starts.</summary>
public sealed record SharedMemoryDriverOptions
{
    /// <summary>Name of the processor.</summary>
    public string Name { get; init; } = "remote";

    /// <summary>The memory that both sides see, mapped by the program until the processor is disposed. One that is a
    /// pool serves rings and buffers that may lie anywhere.</summary>
    public required IReadOnlyList<MemoryRegion> Regions { get; init; }

    /// <summary>Device address of the remote's live resource table.</summary>
    public required DeviceAddress TableAddress { get; init; }

    /// <summary>How much memory is the table's, in bytes: at least as long as the table is.</summary>
    public int TableLengthBytes { get; init; } = 4096;

    /// <summary>Makes the doorbell of one virtio device. It says that the peer is gone when the program knows it.
    /// </summary>
    public required Func<VdevResource, LinkDoorbell> OpenDoorbell { get; init; }
}
