// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output.Linux;

/// <summary>What kernels were served.</summary>
internal sealed record ServeReport
{
    public required string Command { get; init; }

    public required string SocketPath { get; init; }

    /// <summary>How often a kernel's driver bound.</summary>
    public required int Links { get; init; }

    public required long Messages { get; init; }

    /// <summary>Terminals that kernels created.</summary>
    public required long HostTerminals { get; init; }

    public required ulong PeerFaults { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
