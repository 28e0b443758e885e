// SPDX-License-Identifier: BSD-3-Clause

using System;
using HdrHistogram;

namespace OpenAmp.Tool.Messages;

/// <summary>What came of the pings.</summary>
internal sealed class PingTally
{
    private const long LongestNanoseconds = 3_600_000_000_000;

    private readonly LongHistogram _roundTrips = new(LongestNanoseconds, numberOfSignificantValueDigits: 3);

    /// <summary>Pings that were sent, or should have been.</summary>
    public long Sent { get; set; }

    /// <summary>Right answers in time.</summary>
    public long Received { get; private set; }

    /// <summary>Answers with wrong bytes.</summary>
    public long Corrupted { get; private set; }

    /// <summary>Right answers after their deadline: their pings count as lost.</summary>
    public long Late { get; set; }

    /// <summary>Messages that are no answer to anything.</summary>
    public long Foreign { get; set; }

    /// <summary>Pings without an answer in time.</summary>
    public long Lost => Sent - Received - Corrupted;

    /// <summary>What was wrong first.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Round trips in nanoseconds.</summary>
    public HistogramBase RoundTrips => _roundTrips;

    public void CountAnswer(TimeSpan roundTrip)
    {
        Received++;
        _roundTrips.RecordValue(Math.Clamp(
            roundTrip.Ticks * TimeSpan.NanosecondsPerTick, 0, LongestNanoseconds));
    }

    public void CountCorrupted(string what)
    {
        Corrupted++;
        FirstError ??= what;
    }

    public void CountLost(string what) => FirstError ??= what;
}
