// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>The port that an endpoint asks its carrier for.</summary>
public sealed record RpmsgPortRequest
{
    /// <summary>The service's name, or null for an endpoint without one.</summary>
    public string? Name { get; init; }

    /// <summary>The endpoint's own address, or <see cref="RpmsgAddress.Any"/> for one that the carrier gives.</summary>
    public uint LocalAddress { get; init; } = RpmsgAddress.Any;

    /// <summary>The peer's address, or <see cref="RpmsgAddress.Any"/> while it is not known.</summary>
    public uint RemoteAddress { get; init; } = RpmsgAddress.Any;

    /// <summary>Whether the peer's name service is to be told of the endpoint, as far as the carrier can. What was
    /// announced is withdrawn when the port is disposed.</summary>
    public bool Announce { get; init; }

    /// <summary>What the endpoint does when its receive queue is full. It does so by itself; a carrier that queues
    /// messages too may do the same.</summary>
    public ReceiveFullMode WhenFull { get; init; }
}
