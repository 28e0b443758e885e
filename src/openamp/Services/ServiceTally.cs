// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using HdrHistogram;

namespace OpenAmp.Tool.Services;

/// <summary>What a demo service has done so far.</summary>
/// <remarks>One thread writes, the link's or the service's; any thread reads the counters while it runs. Round
/// trips are read once the service has ended.</remarks>
internal sealed class ServiceTally
{
    private const long LongestRoundTripNanoseconds = 60_000_000_000;
    private const double NanosecondsPerSecond = 1e9;

    private readonly LongHistogram _roundTrips = new(LongestRoundTripNanoseconds, numberOfSignificantValueDigits: 3);
    private long _messages;
    private long _errors;
    private long _bytes;
    private long _start;
    private long _end;

    /// <summary>Messages answered, or answers that came back and were right.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Answers that were wrong.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Payload bytes of those messages, one way.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What was wrong with the first wrong answer.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Round trip times in nanoseconds; empty when the service measures none.</summary>
    public HistogramBase RoundTrips => _roundTrips;

    /// <summary>From the first message to the last.</summary>
    public TimeSpan Busy => _start == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_start, _end);

    /// <summary>Begins to measure, unless it has begun.</summary>
    public void Begin() => _start = _start == 0 ? Stopwatch.GetTimestamp() : _start;

    /// <summary>Counts a message.</summary>
    public void Count(int lengthBytes)
    {
        Begin();
        _end = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, lengthBytes);
    }

    /// <summary>Counts an answer and how long it took.</summary>
    /// <param name="lengthBytes">Length of the answer.</param>
    /// <param name="sentAt">When the question was sent, as a timestamp of <see cref="Stopwatch"/>.</param>
    public void CountRoundTrip(int lengthBytes, long sentAt)
    {
        Count(lengthBytes);
        double nanoseconds = (_end - sentAt) * (NanosecondsPerSecond / Stopwatch.Frequency);
        _roundTrips.RecordValue(Math.Clamp((long)nanoseconds, 0, LongestRoundTripNanoseconds));
    }

    /// <summary>Counts a wrong answer.</summary>
    public void CountError(string what)
    {
        FirstError ??= what;
        Interlocked.Increment(ref _errors);
    }
}
