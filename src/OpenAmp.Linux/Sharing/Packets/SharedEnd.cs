// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>How an endpoint ended, as a packet tells it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Dropped">Messages dropped because the other program did not read in time.</param>
/// <param name="Message">What happened, for people, when the reason does not say it.</param>
internal sealed record SharedEnd(RpmsgCloseReason Reason, long Dropped, string? Message = null);
