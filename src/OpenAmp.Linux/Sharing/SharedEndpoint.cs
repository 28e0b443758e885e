// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>An endpoint of a link that another program has.</summary>
/// <param name="LocalAddress">Its address there.</param>
/// <param name="RemoteAddress">The peer's address, <see cref="Rpmsg.RpmsgAddress.Any"/> while it is not known.</param>
/// <param name="Name">Its service, or null.</param>
/// <param name="DroppedCount">Messages dropped because its queue was full.</param>
public sealed record SharedEndpoint(
    uint LocalAddress,
    uint RemoteAddress,
    string? Name = null,
    long DroppedCount = 0);
