// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Stack;

/// <summary>What is known of all stacks of a firmware.</summary>
/// <param name="Stacks">The stacks; none where they cannot be told.</param>
/// <param name="IndirectCalls">Calls whose target a register says: each counts as deep as the deepest function that
/// a pointer may lead to.</param>
/// <param name="Errors">What is wrong, each with figures and functions.</param>
internal sealed record StackReport(
    IReadOnlyList<StackBound> Stacks, IReadOnlyList<string> IndirectCalls, IReadOnlyList<string> Errors)
{
    /// <summary>The line for people.</summary>
    public string Line => $"stack: {string.Join(", ", System.Linq.Enumerable.Select(Stacks, One))}";

    private static string One(StackBound bound) => System.FormattableString.Invariant(
        $"{bound.Stack} {bound.BoundBytes} of {bound.ReservedBytes?.ToString(
            System.Globalization.CultureInfo.InvariantCulture) ?? "?"} B");
}
