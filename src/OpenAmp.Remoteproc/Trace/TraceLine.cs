// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>One line that a remote processor wrote to its trace buffer, made safe to show.</summary>
/// <param name="ArrivedAt">When the host found it, by the follower's clock. The remote wrote it at most one poll
/// earlier, if the reader of lines kept up.</param>
/// <param name="Text">The line without its newline. Bytes that are not UTF-8 are U+FFFD; control characters other than
/// tabs, and characters that would reorder a terminal's text, are replaced: no line can move a cursor or forge another
/// line.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="LostBytes">Bytes lost right before it; see <see cref="TraceLineFlags.LossUnknown"/>.</param>
/// <param name="LostLines">Newlines among them, where the remote counts them.</param>
public readonly record struct TraceLine(
    DateTimeOffset ArrivedAt,
    string Text,
    TraceLineFlags Flags,
    ulong LostBytes,
    ulong LostLines);
