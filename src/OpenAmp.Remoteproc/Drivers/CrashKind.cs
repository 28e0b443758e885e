// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How a processor failed.</summary>
public enum CrashKind
{
    /// <summary>The driver says it crashed, and no more (RPROC_FATAL_ERROR).</summary>
    FatalError,

    /// <summary>It touched memory that it may not (RPROC_MMUFAULT).</summary>
    MemoryFault,

    /// <summary>Its hardware watchdog barked, or the counter that it should count stands still (RPROC_WATCHDOG).
    /// </summary>
    Watchdog,

    /// <summary>Its heartbeat messages stopped.</summary>
    Heartbeat,

    /// <summary>It ended by itself: a process exited.</summary>
    Exited,

    /// <summary>It wrote into a ring what no correct peer writes.</summary>
    BrokenRing,

    /// <summary>It did not do what it was told in time.</summary>
    Unresponsive,
}
