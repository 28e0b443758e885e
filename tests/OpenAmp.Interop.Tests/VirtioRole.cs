// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Interop.Tests;

/// <summary>Which half of the rings a side owns.</summary>
public enum VirtioRole
{
    /// <summary>Posts the buffers and sets DRIVER_OK.</summary>
    Driver,

    /// <summary>Waits for the driver and uses its buffers.</summary>
    Device,
}
