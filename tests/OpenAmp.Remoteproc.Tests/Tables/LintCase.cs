// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Remoteproc.Tests.Tables;

/// <summary>A table that breaks one rule, and the same table put right.</summary>
internal sealed record LintCase(string RuleId, byte[] Wrong, byte[] Right)
{
    /// <summary>What the table with the mistake is looked at with.</summary>
    public ResourceTableLintOptions Options { get; init; } = new();

    /// <summary>What the right one is looked at with, when the mistake is not in the bytes.</summary>
    public ResourceTableLintOptions? RightOptions { get; init; }

    public IEnumerable<string> FindWrong() => Ids(Wrong, Options);

    public IEnumerable<string> FindRight() => Ids(Right, RightOptions ?? Options);

    private static IEnumerable<string> Ids(ReadOnlySpan<byte> table, ResourceTableLintOptions options)
        => ResourceTableLinter.Lint(table, options).Select(found => found.RuleId);
}
