// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What a <see cref="StaticVringLayout"/> puts into shared memory.</summary>
public enum StaticVringPart
{
    /// <summary>No part.</summary>
    None,

    /// <summary>The status byte.</summary>
    Status,

    /// <summary>The ring from the device to the driver.</summary>
    ToDriverRing,

    /// <summary>The ring from the driver to the device.</summary>
    ToDeviceRing,

    /// <summary>The buffers from the device to the driver.</summary>
    ToDriverBuffers,

    /// <summary>The buffers from the driver to the device.</summary>
    ToDeviceBuffers,
}
