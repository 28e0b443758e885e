// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What happens to a message for an endpoint whose receive queue is full. RPMsg has no flow control of its
/// own, so one of two things must give.</summary>
public enum ReceiveFullMode
{
    /// <summary>The message is dropped, counted and logged; the link's other endpoints go on.</summary>
    Drop,

    /// <summary>The link receives nothing more until the endpoint's reader catches up: nothing is lost, and every
    /// other endpoint of the link waits too.</summary>
    PauseLink,
}
