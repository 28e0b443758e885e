// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>Where and how a <see cref="VhostUserRpmsgListener"/> presents RPMsg devices.</summary>
public sealed record VhostUserRpmsgOptions
{
    /// <summary>The socket, and the protocol.</summary>
    public required VhostUserServerOptions Server { get; init; }

    /// <summary>How each link behaves. Whether the name service is used is up to what was negotiated.</summary>
    public RpmsgLinkOptions Link { get; init; } = new();

    /// <summary>Features offered to the driver. Default: name service, version 1, indirect descriptors and EVENT_IDX.
    /// </summary>
    public VirtioFeatures Features { get; init; } = default(VirtioFeatures)
        .With(VirtioFeatures.RpmsgNameService)
        .With(VirtioFeatures.RingIndirectDesc)
        .With(VirtioFeatures.RingEventIdx)
        .With(VirtioFeatures.Version1);

    /// <summary>Called for each link before it receives its first message: create endpoints here that the driver may
    /// write to at once. Runs on the server's thread and must not block. Default: nothing.</summary>
    public Action<RpmsgLink>? Prepare { get; init; }

    /// <summary>How long a driver that unbinds is kept waiting for the link to let go of its memory; then the memory is
    /// taken from under the link. Default: 1 s.</summary>
    public TimeSpan ReleaseTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
