// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>How the host's side of an RPMsg virtio device behaves.</summary>
public sealed record RpmsgVdevOptions
{
    /// <summary>Size of the buffers, header included, in bytes; 512 is what every peer expects. A table that says
    /// otherwise (version 2) is believed.</summary>
    public uint BufferSizeBytes { get; init; } = 512;

    /// <summary>How the link behaves. Its name is made from the processor's.</summary>
    public RpmsgLinkOptions Link { get; init; } = new();

    /// <summary>Whether EVENT_IDX is accepted when the firmware offers it. Never accept it from firmware that is built
    /// on the C library: it offers what it does not honour.</summary>
    public bool EventIndex { get; init; }

    /// <summary>What this side takes used lengths to be, as a device; the driver's side does not use it.</summary>
    public UsedLength UsedLength { get; init; } = UsedLength.WholeBuffer;
}
