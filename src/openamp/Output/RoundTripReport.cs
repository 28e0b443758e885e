// SPDX-License-Identifier: BSD-3-Clause

using HdrHistogram;

namespace OpenAmp.Tool.Output;

/// <summary>Round trip times in microseconds.</summary>
internal sealed record RoundTripReport(double P50, double P99, double Max)
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>Reads a histogram of nanoseconds; null when it is empty.</summary>
    public static RoundTripReport? From(HistogramBase? nanoseconds)
        => nanoseconds is null || nanoseconds.TotalCount == 0
            ? null
            : new RoundTripReport(
                nanoseconds.GetValueAtPercentile(50) / NanosecondsPerMicrosecond,
                nanoseconds.GetValueAtPercentile(99) / NanosecondsPerMicrosecond,
                nanoseconds.GetMaxValue() / NanosecondsPerMicrosecond);
}
