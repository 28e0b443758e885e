// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How a device's wait for its driver ended.</summary>
public enum DriverWaitResult
{
    /// <summary>The driver has set DRIVER_OK: addresses and features may be read.</summary>
    Ready,

    /// <summary>It has not in time.</summary>
    TimedOut,

    /// <summary>The driver's side went away.</summary>
    PeerGone,
}
