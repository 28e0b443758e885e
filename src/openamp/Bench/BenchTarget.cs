// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Tool.Bench;

/// <summary>A figure that links must reach, as a ratio to what the machine itself does in the same minute.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Baseline">What it is measured against.</param>
/// <param name="Unit">The unit of both.</param>
/// <param name="Limit">The ratio to reach, or null for one that is only reported.</param>
/// <param name="IsUpperLimit">Whether the ratio must be at most the limit; else at least.</param>
/// <param name="Format">How ratios are printed.</param>
internal sealed record BenchTarget(
    string Name,
    string Baseline,
    string Unit,
    double? Limit,
    bool IsUpperLimit,
    string Format = "0.00")
{
    /// <summary>One entry a round: what was measured, and the baseline around it, both in the same unit.</summary>
    public List<(double Measured, double Baseline)> Rounds { get; } = [];

    public double MedianRatio => MedianOf(round => round.Measured / round.Baseline);

    public double BestRatio => Rounds.Select(round => round.Measured / round.Baseline)
        .Aggregate(IsUpperLimit ? Math.Min : Math.Max);

    public double WorstRatio => Rounds.Select(round => round.Measured / round.Baseline)
        .Aggregate(IsUpperLimit ? Math.Max : Math.Min);

    public double MedianMeasured => MedianOf(round => round.Measured);

    public double MedianBaseline => MedianOf(round => round.Baseline);

    public bool IsReached => Limit is not { } limit || (IsUpperLimit ? MedianRatio <= limit : MedianRatio >= limit);

    private double MedianOf(Func<(double Measured, double Baseline), double> read)
    {
        double[] sorted = [.. Rounds.Select(read).Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
