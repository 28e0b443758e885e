// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What came of sending a message.</summary>
public enum RpmsgSendResult
{
    /// <summary>It is queued; the peer sees it at the next flush.</summary>
    Sent,

    /// <summary>The peer has all buffers. Nothing was changed; try again when it gave one back.</summary>
    NoBuffer,

    /// <summary>The payload is longer than a buffer holds. Nothing was sent: a message is never cut.</summary>
    TooLong,

    /// <summary>The destination is not an address (it is RPMSG_ADDR_ANY). Nothing was sent.</summary>
    NoDestination,

    /// <summary>The ring is beyond use. Final.</summary>
    Broken,
}
