// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What the demo did.</summary>
internal sealed record DemoReport
{
    public required string Command { get; init; }

    public required int HostProcessId { get; init; }

    public required int? RemoteProcessId { get; init; }

    public required IReadOnlyList<DemoStepReport> Steps { get; init; }

    public required long Messages { get; init; }

    public required long Errors { get; init; }

    public required ulong PeerFaults { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
