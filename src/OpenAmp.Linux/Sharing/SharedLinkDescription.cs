// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What there is on a link that another program has.</summary>
public sealed record SharedLinkDescription
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Which side that program is.</summary>
    public required VirtioRole Role { get; init; }

    /// <summary>The longest payload, in bytes; 0 when that is not known yet.</summary>
    public required int MaxPayloadBytes { get; init; }

    /// <summary>What the peer offers; the first 256.</summary>
    public IReadOnlyList<RpmsgService> Services { get; init; } = [];

    /// <summary>The endpoints of that program and of all others; the first 256 by address.</summary>
    public IReadOnlyList<SharedEndpoint> Endpoints { get; init; } = [];

    /// <summary>How many endpoints there are.</summary>
    public int EndpointCount { get; init; }

    /// <summary>What the link has done so far.</summary>
    public RpmsgLinkStatistics Statistics { get; init; }
}
