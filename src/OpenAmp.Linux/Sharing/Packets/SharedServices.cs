// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What there is on a link, as a packet tells it.</summary>
internal sealed record SharedServices
{
    /// <summary>How many endpoints and services are told at most: a packet has its limit.</summary>
    internal const int MaxEntries = 256;

    public required IReadOnlyList<RpmsgService> Services { get; init; }

    public required IReadOnlyList<SharedEndpoint> Endpoints { get; init; }

    /// <summary>How many endpoints there are, also when not all are told.</summary>
    public int EndpointCount { get; init; }

    public RpmsgLinkStatistics Statistics { get; init; }
}
