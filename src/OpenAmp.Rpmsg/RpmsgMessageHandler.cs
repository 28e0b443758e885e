// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Takes one message on the link's own thread.</summary>
/// <param name="endpoint">The endpoint it came to.</param>
/// <param name="message">The message; valid during the call, or longer when it is held.</param>
public delegate void RpmsgMessageHandler(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message);
