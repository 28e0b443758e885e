// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What a validated resource table says about the link.</summary>
/// <remarks>Holding one is to know that rings, pool and table lie inside the shared memory, aligned and apart from each
/// other. It is a copy: what the peer writes into the table later does not change it.</remarks>
public sealed record TwoProcessLayout
{
    /// <summary>Vring 0: messages from the virtio device to the driver. Its buffers are left empty: how the pool is
    /// cut is for whoever sets the link up.</summary>
    public required RpmsgDirection ToDriver { get; init; }

    /// <summary>Vring 1: messages from the virtio driver to the device. Its buffers are left empty as well.</summary>
    public required RpmsgDirection ToDevice { get; init; }

    /// <summary>Device address of the buffer pool. From the options: the table does not tell.</summary>
    public required DeviceAddress PoolAddress { get; init; }

    /// <summary>Length of the buffer pool in bytes.</summary>
    public required uint PoolBytes { get; init; }

    /// <summary>Notify id of the virtio device itself.</summary>
    public required uint NotifyId { get; init; }

    /// <summary>Feature bits the device offers (dfeatures).</summary>
    public required uint DeviceFeatures { get; init; }
}
