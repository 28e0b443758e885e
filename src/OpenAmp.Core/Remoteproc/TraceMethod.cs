// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How a remote processor writes into its trace buffer.</summary>
public enum TraceMethod : uint
{
    /// <summary>Text, written round and round; nobody is told, so what the host has not read in time is lost.</summary>
    PlainText = 0,

    /// <summary>Two halves, filled in turn. The remote notifies when one is full and does not write over a half that
    /// the host has not taken. docs/trace.md has the buffer's layout. Version 2 of the table only.</summary>
    FlipFlop = 1,
}
