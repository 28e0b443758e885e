// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Whether a crash leaves a core dump, and who waits for it (Linux's coredump attribute).</summary>
public enum CoreDumpMode
{
    /// <summary>No dump.</summary>
    Disabled,

    /// <summary>Memory is copied, the processor recovered, and the copy written meanwhile.</summary>
    Enabled,

    /// <summary>Memory is written straight from where it is, and recovery waits: needs no copy.</summary>
    Inline,
}
