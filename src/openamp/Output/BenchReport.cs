// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What a benchmark measured.</summary>
internal sealed record BenchReport
{
    public required string Command { get; init; }

    public required int Processors { get; init; }

    public required string Runtime { get; init; }

    public required IReadOnlyList<BenchRowReport> Rows { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public required string? Error { get; init; }
}
