// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>When lines of trace reach the file.</summary>
public enum TraceFlush
{
    /// <summary>When nothing more is there for now, so that a reader of the file is at most a poll behind.</summary>
    EachBatch,

    /// <summary>After every line.</summary>
    EachLine,

    /// <summary>After every batch, and down to the disk: a power cut takes nothing that was written before.</summary>
    ToDisk,
}
