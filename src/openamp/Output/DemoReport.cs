// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What the demo did.</summary>
internal sealed record DemoReport
{
    public required string Command { get; init; }

    public required string Firmware { get; init; }

    /// <summary>The emulated board; <see langword="null"/> when it was a process.</summary>
    public required string? Board { get; init; }

    public required IReadOnlyList<LifeStepReport> Life { get; init; }

    public required IReadOnlyList<DemoStepReport> Steps { get; init; }

    /// <summary>The lines of the firmware's trace buffer, over all runs.</summary>
    public required IReadOnlyList<string> Trace { get; init; }

    public required long Messages { get; init; }

    public required long Errors { get; init; }

    public required ulong PeerFaults { get; init; }

    public required int Crashes { get; init; }

    /// <summary>What the crash left, when the processor tells it.</summary>
    public required CrashReport? Crash { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
