// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What came of looking into a ring that the other side writes.</summary>
public enum QueueResult
{
    /// <summary>There is nothing new.</summary>
    Empty,

    /// <summary>An entry was taken.</summary>
    Taken,

    /// <summary>An entry was there but made no sense; it was stepped over and counted. Look again.</summary>
    Rejected,

    /// <summary>The ring's index made no sense, so nothing in it can be believed any more. Final.</summary>
    Broken,
}
