// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using HdrHistogram;

namespace OpenAmp.Tool.Bench;

/// <summary>Times of many rounds, in nanoseconds, as a histogram.</summary>
internal sealed class Samples
{
    private readonly LongHistogram _histogram = new(TimeSpan.FromSeconds(100).Ticks * 100, 3);

    public long Count => _histogram.TotalCount;

    public long MaxNanoseconds => _histogram.GetMaxValue();

    public LongHistogram Histogram => _histogram;

    /// <summary>Adds the mean of some rounds that began at a timestamp and ended now.</summary>
    public void Add(long start, int rounds)
    {
        long nanoseconds = (Stopwatch.GetTimestamp() - start) * (1_000_000_000 / Stopwatch.Frequency);
        _histogram.RecordValue(Math.Max(1, nanoseconds / rounds));
    }

    public long Percentile(double percent) => _histogram.GetValueAtPercentile(percent);
}
