// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Virtio;

/// <summary>How far the driver has come with a device, and what went wrong.</summary>
/// <remarks>
/// <para>VIRTIO 1.3, section 2.1 (Device Status Field). One byte. Over remoteproc it is a field of the vdev entry of
/// the resource table; the driver writes it, the device reads it and may add <see cref="NeedsReset"/>.</para>
/// <para>The reference driver sets <see cref="DriverOk"/> alone and skips the steps before it; Linux goes through
/// them all and arrives at 7. So a device tests the one bit it waits for, never the whole byte.</para>
/// </remarks>
[Flags]
public enum VirtioStatus : byte
{
    /// <summary>The device is reset: no bit is set, and nobody drives it.</summary>
    None = 0,

    /// <summary>The driver has found the device (ACKNOWLEDGE).</summary>
    Acknowledge = 1,

    /// <summary>The driver knows how to drive the device (DRIVER).</summary>
    Driver = 2,

    /// <summary>The driver is ready: rings, features and addresses may be read now (DRIVER_OK).</summary>
    DriverOk = 4,

    /// <summary>The driver accepts the features it wrote and will not change them (FEATURES_OK).</summary>
    FeaturesOk = 8,

    /// <summary>The device cannot go on without a reset (DEVICE_NEEDS_RESET). The reference driver writes it as a
    /// request for a reset.</summary>
    NeedsReset = 0x40,

    /// <summary>The driver has given up on the device (FAILED).</summary>
    Failed = 0x80,
}
