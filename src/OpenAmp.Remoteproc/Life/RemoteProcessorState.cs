// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Where a processor is in its life.</summary>
/// <remarks>The transitions between them stand in docs/life-cycle.md, and a test compares the two.</remarks>
public enum RemoteProcessorState
{
    /// <summary>It does not run and nothing is loaded (RPROC_OFFLINE).</summary>
    Offline,

    /// <summary>Firmware is being read, checked and brought into its memory.</summary>
    Loading,

    /// <summary>Firmware is loaded; it does not run yet.</summary>
    Ready,

    /// <summary>It runs (RPROC_RUNNING).</summary>
    Running,

    /// <summary>It is held where it was (RPROC_SUSPENDED).</summary>
    Suspended,

    /// <summary>It failed, and has not been stopped or recovered yet (RPROC_CRASHED).</summary>
    Crashed,

    /// <summary>It was started by someone else and we joined it (RPROC_ATTACHED).</summary>
    Attached,

    /// <summary>It was started by someone else and runs without us (RPROC_DETACHED).</summary>
    Detached,

    /// <summary>It was stopped; its firmware is still known, so it can be started again.</summary>
    Stopped,
}
