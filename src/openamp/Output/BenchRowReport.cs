// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Tool.Bench;

namespace OpenAmp.Tool.Output;

/// <summary>One row of a benchmark. Times in microseconds.</summary>
internal sealed record BenchRowReport
{
    /// <summary>The share of round trips that the histogram's buckets end at.</summary>
    private static readonly double[] Percentiles = [50, 75, 90, 99, 99.9, 99.99, 100];

    public required string Name { get; init; }

    public required int? PayloadBytes { get; init; }

    public required long RoundTrips { get; init; }

    public required IReadOnlyDictionary<string, double> RoundTripMicroseconds { get; init; }

    public required double? MessagesPerSecond { get; init; }

    public required double? MegabytesPerSecond { get; init; }

    public static BenchRowReport From(BenchRow row) => new()
    {
        Name = row.Name,
        PayloadBytes = row.SizeBytes,
        RoundTrips = row.Samples.Count,
        RoundTripMicroseconds = Percentiles.ToDictionary(
            percent => percent == 100 ? "max" : FormattableString(percent),
            percent => row.Samples.Percentile(percent) / 1000.0),
        MessagesPerSecond = row.MessagesPerSecond,
        MegabytesPerSecond = row.MessagesPerSecond * row.SizeBytes / 1e6,
    };

    private static string FormattableString(double percent) => System.FormattableString.Invariant($"p{percent}");
}
