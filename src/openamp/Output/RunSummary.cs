// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>What became of firmware that was run.</summary>
internal sealed record RunSummary
{
    public required string Firmware { get; init; }

    public required int Starts { get; init; }

    public required int Crashes { get; init; }

    public required string? LastCrash { get; init; }

    public required string? LastCoreDump { get; init; }

    /// <summary>How it was stopped, or <see langword="null"/> when it was not.</summary>
    public required string? Stop { get; init; }

    public required long TraceLines { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
