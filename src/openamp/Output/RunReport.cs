// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>What one command did, as it is printed.</summary>
internal sealed record RunReport
{
    public required string Command { get; init; }

    public required string Role { get; init; }

    public required string Socket { get; init; }

    public required string SharedMemory { get; init; }

    public required string SocketPath { get; init; }

    public required int Peers { get; init; }

    public required int LostPeers { get; init; }

    public required long Messages { get; init; }

    public required long Errors { get; init; }

    public required long Bytes { get; init; }

    public required RoundTripReport? RoundTripMicroseconds { get; init; }

    public required double MessagesPerSecond { get; init; }

    public required ulong KicksSent { get; init; }

    public required ulong KicksSuppressed { get; init; }

    public required ulong PeerFaults { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }

    /// <summary>Puts a report together.</summary>
    public static RunReport From(
        string command,
        LinkSettings settings,
        SessionTotals totals,
        TimeSpan elapsed,
        RunOutcome outcome)
        => new()
        {
            Command = command,
            Role = settings.Role == VirtioRole.Driver ? "driver" : "device",
            Socket = settings.Side == SocketSide.Server ? "server" : "client",
            SharedMemory = settings.SharedMemoryName,
            SocketPath = settings.SocketPath,
            Peers = totals.PeerCount,
            LostPeers = totals.LostPeerCount,
            Messages = totals.Messages,
            Errors = totals.Errors,
            Bytes = totals.Bytes,
            RoundTripMicroseconds = RoundTripReport.From(totals.RoundTrips),
            MessagesPerSecond = Rate.PerSecond(totals.Messages, totals.Busy),
            KicksSent = totals.KicksSent,
            KicksSuppressed = totals.KicksSuppressed,
            PeerFaults = totals.PeerFaults,
            ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
            Result = outcome.Word,
            Error = outcome.Error,
        };
}
