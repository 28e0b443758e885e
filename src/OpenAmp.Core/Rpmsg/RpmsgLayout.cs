// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Where a link lies in shared memory, and the dialect it speaks.</summary>
/// <remarks>A description that nobody has checked yet; setting up a side of the link checks it.</remarks>
public struct RpmsgLayout
{
    /// <summary>From the device to the driver: ring 0 of the virtio device.</summary>
    public RpmsgDirection ToDriver;

    /// <summary>From the driver to the device: ring 1 of the virtio device.</summary>
    public RpmsgDirection ToDevice;

    /// <summary>Whether VIRTIO_F_EVENT_IDX was negotiated. Never offer it to a driver of the C library: it accepts
    /// the feature and does not use it.</summary>
    public bool EventIndex;

    /// <summary>What the device says in used lengths.</summary>
    public UsedLength UsedLength;
}
