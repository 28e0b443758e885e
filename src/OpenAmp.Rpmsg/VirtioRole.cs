// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Which side of a virtio device a link's end is.</summary>
public enum VirtioRole
{
    /// <summary>The driver: it owns the buffers and sets DRIVER_OK. RPMsg calls it the host.</summary>
    Driver,

    /// <summary>The device: it waits for DRIVER_OK and uses the driver's buffers. RPMsg calls it the remote.</summary>
    Device,
}
