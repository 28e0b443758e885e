// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What came of sending a message through a port.</summary>
public enum RpmsgPortSendResult
{
    /// <summary>It is on its way.</summary>
    Sent,

    /// <summary>There is no room now; nothing was sent. See <see cref="RpmsgPort.WaitToSendAsync"/>.</summary>
    Full,

    /// <summary>It is longer than the carrier takes; nothing was sent: a message is never cut.</summary>
    TooLong,

    /// <summary>The port has ended; nothing was sent. <see cref="RpmsgPort.Ending"/> says why.</summary>
    Ended,
}
