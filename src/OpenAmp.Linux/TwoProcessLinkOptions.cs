// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Everything about one side of a link between two processes. The defaults are those of the OpenAMP Linux demo
/// programs.</summary>
public sealed record TwoProcessLinkOptions
{
    /// <summary>Which side of the virtio device this is. The peer must be the other.</summary>
    public required VirtioRole Role { get; init; }

    /// <summary>Which end of the socket this is. The peer must be the other.</summary>
    public required SocketSide Side { get; init; }

    /// <summary>Where the two meet.</summary>
    public TwoProcessOptions Place { get; init; } = new();

    /// <summary>How the link behaves. Whether the name service is used is up to what was negotiated.</summary>
    public RpmsgLinkOptions Link { get; init; } = new();

    /// <summary>How long a device waits for the driver's DRIVER_OK once they are connected. Default 30 s; the C
    /// programs wait for ever.</summary>
    public TimeSpan DriverReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Size of each message buffer in bytes, header included; it cuts the pool into buffers, half of them for
    /// each direction, at most as many as a ring has entries. Only the driver's matters. Default 512.</summary>
    public uint BufferSizeBytes { get; init; } = 512;
}
