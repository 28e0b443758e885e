// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Linux;

/// <summary>What the demo with a Linux kernel did.</summary>
internal sealed record LinuxDemoReport
{
    public required string Command { get; init; }

    /// <summary>The kernel's release; <see langword="null"/> when it did not come up.</summary>
    public required string? Kernel { get; init; }

    public required IReadOnlyList<LinuxDemoStepReport> Steps { get; init; }

    public required int Messages { get; init; }

    public required ulong PeerFaults { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
