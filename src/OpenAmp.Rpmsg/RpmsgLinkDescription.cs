// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Memory;

namespace OpenAmp.Rpmsg;

/// <summary>What a link stands on: shared memory, where its rings are, a doorbell, and which side this is.</summary>
public sealed record RpmsgLinkDescription
{
    /// <summary>Which side this is.</summary>
    public required VirtioRole Role { get; init; }

    /// <summary>The memory that both sides see. It stays mapped until <see cref="MemoryOwner"/> is disposed.</summary>
    public required SharedRegion Memory { get; init; }

    /// <summary>More memory that both sides see, when rings and buffers lie in several places. Looked at after
    /// <see cref="Memory"/>: put what is used most there.</summary>
    public IReadOnlyList<SharedRegion> MoreMemory { get; init; } = [];

    /// <summary>Where the rings and buffers are, and the dialect. Checked when the link is created.</summary>
    public required RpmsgLayout Layout { get; init; }

    /// <summary>Where a device's rings are when their parts lie anywhere, or when it goes on in rings that were used
    /// before; then the rings of <see cref="Layout"/> are not looked at. Default: as the layout says.</summary>
    public RpmsgDeviceRings? DeviceRings { get; init; }

    /// <summary>The doorbell. The link disposes it when it ends.</summary>
    public required LinkDoorbell Doorbell { get; init; }

    /// <summary>Disposed when the link has ended and the last buffer that the program held was given back, and not
    /// before: no span that the link handed out ever points at memory that is gone.</summary>
    public IDisposable? MemoryOwner { get; init; }
}
