// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>What a driver can do to its processor.</summary>
[Flags]
public enum DriverCapabilities
{
    /// <summary>Nothing: it only gives memory and a doorbell.</summary>
    None = 0,

    /// <summary>Starts and stops it.</summary>
    StartStop = 1,

    /// <summary>Attaches to one that already runs, and detaches from it.</summary>
    AttachDetach = 2,

    /// <summary>Suspends and resumes it.</summary>
    SuspendResume = 4,

    /// <summary>Brings the segments into the processor's memory itself: the processor's own boot does, or an
    /// exec.</summary>
    LoadsSegments = 8,
}
