// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Text.Json;
using HdrHistogram;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>What came of pings.</summary>
internal sealed record PingReport
{
    public required string Command { get; init; }

    /// <summary>The endpoint, for people.</summary>
    public required string Endpoint { get; init; }

    public required int PayloadBytes { get; init; }

    public required long Sent { get; init; }

    public required long Received { get; init; }

    public required long Lost { get; init; }

    public required long Corrupted { get; init; }

    /// <summary>Answers after their deadline.</summary>
    public required long Late { get; init; }

    /// <summary>Messages that are no answers.</summary>
    public required long Foreign { get; init; }

    public LatencyReport? RoundTripMicroseconds { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    public string? Error { get; init; }

    /// <summary>Prints it, for people or as JSON.</summary>
    public void Write(bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(this, DeviceReportJson.Default.PingReport));
            return;
        }

        double percent = Sent == 0 ? 0 : 100.0 * Lost / Sent;
        Screen.Line(Endpoint);
        Screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Sent:N0} sent, {Received:N0} received, {Lost:N0} lost ({percent:0.##} %), {Corrupted:N0} corrupted")
            + (Late == 0 ? "" : $", {Late} late") + (Foreign == 0 ? "" : $", {Foreign} foreign")
            + string.Create(CultureInfo.InvariantCulture, $", {PayloadBytes} bytes each, {ElapsedSeconds:0.000} s"));
        if (RoundTripMicroseconds is { } times)
        {
            Screen.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"round trip in µs: min {times.Min:0.0}, mean {times.Mean:0.0}, p50 {times.P50:0.0}, p90 "
                    + $"{times.P90:0.0}, "
                    + $"p99 {times.P99:0.0}, p99.9 {times.P999:0.0}, max {times.Max:0.0}"));
        }
    }
}

/// <summary>Times in microseconds.</summary>
internal sealed record LatencyReport(
    double Min, double Mean, double P50, double P90, double P99, double P999, double Max)
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>Reads a histogram of nanoseconds; null when it is empty.</summary>
    public static LatencyReport? From(HistogramBase nanoseconds)
    {
        return nanoseconds.TotalCount == 0 ? null : new LatencyReport(
            Micros(nanoseconds.GetValueAtPercentile(0)),
            Micros(nanoseconds.GetMean()),
            Micros(nanoseconds.GetValueAtPercentile(50)),
            Micros(nanoseconds.GetValueAtPercentile(90)),
            Micros(nanoseconds.GetValueAtPercentile(99)),
            Micros(nanoseconds.GetValueAtPercentile(99.9)),
            Micros(nanoseconds.GetMaxValue()));

        static double Micros(double value) => Math.Round(value / NanosecondsPerMicrosecond, 1);
    }
}
