// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>What is special about a line of trace.</summary>
[Flags]
public enum TraceLineFlags
{
    /// <summary>Nothing: a whole line, right after the one before it.</summary>
    None = 0,

    /// <summary>The line has no newline: it was longer than the limit, nothing followed for a while, text was lost in
    /// the middle of it, or the remote ended there. What follows it in the text comes as a line of its own.</summary>
    Partial = 1,

    /// <summary>The remote passed the end of a classic buffer and went on at its start, within this line or right
    /// before it.</summary>
    Wrapped = 2,

    /// <summary>Text is missing right before this line; <see cref="TraceLine.LostBytes"/> says how much. The line may
    /// be empty when nothing came after the gap.</summary>
    LostBytes = 4,

    /// <summary>With <see cref="LostBytes"/>: the count is only a lower bound. A classic buffer holds no better one.
    /// </summary>
    LossUnknown = 8,

    /// <summary>The first line of a new run of the remote, which began its buffer again.</summary>
    Restarted = 16,

    /// <summary>Where this text begins or ends was guessed, since a classic buffer does not say where its newest byte
    /// is. Some of it may be old.</summary>
    Uncertain = 32,
}
