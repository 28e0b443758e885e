// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>How a link's thread waits for messages.</summary>
public enum WaitMode
{
    /// <summary>It watches the ring for a short time that adapts to how often that pays, then blocks. Low latency while
    /// messages flow, no processor time while they do not.</summary>
    Adaptive,

    /// <summary>It blocks at once. Least processor time, and a wake-up of the operating system in each
    /// message.</summary>
    InterruptOnly,

    /// <summary>It watches the ring and never blocks: lowest latency, one processor core.</summary>
    PollOnly,
}
