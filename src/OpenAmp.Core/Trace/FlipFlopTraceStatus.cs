// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Trace;

/// <summary>What a look into a flip-flop trace buffer found.</summary>
public enum FlipFlopTraceStatus
{
    /// <summary>Nothing new.</summary>
    Empty,

    /// <summary>Text, a count of lost bytes, or the news that the order was lost and found again.</summary>
    News,

    /// <summary>No control block: the remote has not set it up, or is doing so.</summary>
    NotReady,

    /// <summary>A control block of another version, or one for a buffer of another length.</summary>
    Refused,
}
