// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Which side of which link a service runs on.</summary>
internal sealed record LinkSettings
{
    // Short steps: whoever starts both sides at once should not wait for the second attempt.
    private static readonly TimeSpan ConnectBackoff = TimeSpan.FromMilliseconds(2);
    private const int ConnectAttempts = 1000;

    // A driver that is there is ready within milliseconds.
    private static readonly TimeSpan DriverReadyTimeout = TimeSpan.FromSeconds(10);

    public required VirtioRole Role { get; init; }

    public required SocketSide Side { get; init; }

    public required string SharedMemoryName { get; init; }

    public required string SocketPath { get; init; }

    public WaitMode WaitMode { get; init; } = WaitMode.Adaptive;

    public DoorbellKind Doorbell { get; init; } = DoorbellKind.SocketByte;

    public required ILogger Logger { get; init; }

    /// <summary>Role and socket side as a user would type them.</summary>
    public string SidesAsOptions
        => (Role == VirtioRole.Driver ? "--role driver" : "--role device")
            + (Side == SocketSide.Server ? " --socket server" : " --socket client");

    /// <summary>The settings as the platform takes them.</summary>
    public TwoProcessLinkOptions ToOptions() => new()
    {
        Role = Role,
        Side = Side,
        DriverReadyTimeout = DriverReadyTimeout,
        Place = new TwoProcessOptions
        {
            SharedMemoryName = SharedMemoryName,
            SocketPath = SocketPath,
            Doorbell = Doorbell,
            ConnectAttempts = ConnectAttempts,
            ConnectBackoff = ConnectBackoff,
        },
        Link = new RpmsgLinkOptions { Name = SharedMemoryName, WaitMode = WaitMode, Logger = Logger },
    };

    /// <summary>The settings of the side that fits to this one, on the same link.</summary>
    public LinkSettings Opposite() => this with
    {
        Role = Role == VirtioRole.Driver ? VirtioRole.Device : VirtioRole.Driver,
        Side = Side == SocketSide.Server ? SocketSide.Client : SocketSide.Server,
    };
}
