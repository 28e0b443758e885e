// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;

namespace OpenAmp.Interop.Tests;

/// <summary>The arguments that the tool and the C peer have in common.</summary>
public static class LinkArguments
{
    /// <summary>What each side is told as its own deadline; a right run needs a small part of it.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Gives the arguments of one side of a link.</summary>
    public static IEnumerable<string> For(string command, VirtioRole role, SocketSide socket, LinkNames names) =>
    [
        command,
        "--role", role == VirtioRole.Driver ? "driver" : "device",
        "--socket", socket == SocketSide.Server ? "server" : "client",
        "--shm", names.Shm,
        "--socket-path", names.SocketPath,
        "--timeout", Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Gives the role of the other side.</summary>
    public static VirtioRole Opposite(VirtioRole role)
        => role == VirtioRole.Driver ? VirtioRole.Device : VirtioRole.Driver;

    /// <summary>Gives the socket side of the other side.</summary>
    public static SocketSide Opposite(SocketSide side)
        => side == SocketSide.Server ? SocketSide.Client : SocketSide.Server;
}
