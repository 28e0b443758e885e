// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What the linter found in a firmware's resource table.</summary>
internal sealed record LintReport
{
    public required string Command { get; init; }

    public required string File { get; init; }

    public required IReadOnlyList<string> Peers { get; init; }

    public required int TableBytes { get; init; }

    public required int Errors { get; init; }

    public required int Warnings { get; init; }

    public required int Notes { get; init; }

    public required IReadOnlyList<FindingReport> Findings { get; init; }

    public required string Result { get; init; }
}

/// <summary>One finding. Offsets in hexadecimal: from the table's first byte, and from the file's.</summary>
internal sealed record FindingReport(
    string Rule, string Severity, string TableOffset, string? FileOffset, string Message);

/// <summary>All rules of the linter.</summary>
internal sealed record LintRulesReport(string Command, IReadOnlyList<RuleReport> Rules, string Result);

/// <summary>One rule; without peers it is for everybody.</summary>
internal sealed record RuleReport(string Rule, string Severity, string Title, IReadOnlyList<string> Peers);
