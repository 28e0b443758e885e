// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Why a link or an endpoint ended.</summary>
public enum RpmsgCloseReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>This side disposed it.</summary>
    Disposed,

    /// <summary>The peer destroyed the endpoint at its end and said so. Only endpoints end this way.</summary>
    RemoteDestroyed,

    /// <summary>The peer's process or processor went away without a word. Open a new link.</summary>
    PeerGone,

    /// <summary>The peer wrote what no correct peer writes into a ring's index, so nothing in the ring can be believed.
    /// Open a new link.</summary>
    PeerBroken,

    /// <summary>The endpoint's own message handler threw. Only endpoints end this way.</summary>
    HandlerFailed,

    /// <summary>The link's own thread failed: a logger threw, or there is a bug here. The log has the
    /// exception.</summary>
    Failed,

    /// <summary>What carries the link's messages could not open or serve the endpoint; the exception's cause says what
    /// and why. Only endpoints of a link with a carrier end this way.</summary>
    CarrierFailed,
}
