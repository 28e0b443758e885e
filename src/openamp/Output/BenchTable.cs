// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using OpenAmp.Tool.Bench;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>A benchmark for people: a table, and a picture of how round trips spread.</summary>
internal static class BenchTable
{
    private const int BarColumns = 40;
    private const int FirstBucketNanoseconds = 125;

    /// <summary>Prints what was measured.</summary>
    public static void Write(BenchReport report, IReadOnlyList<BenchRow> rows, bool isJson)
    {
        if (isJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.BenchReport));
            return;
        }

        ReportWriter.Console.Write(Of(rows));
        IEnumerable<BenchRow> links = rows.Where(row => row.SizeBytes is not null);
        foreach (IGrouping<string, BenchRow> mode in links.GroupBy(row => row.Name))
        {
            // One picture a mode is enough: payloads differ little.
            BenchRow row = mode.Skip(1).FirstOrDefault() ?? mode.First();
            Console.Out.WriteLine($"Round trips, {row.Name}, {row.SizeBytes} bytes:");
            foreach (string bar in Histogram(row))
            {
                Console.Out.WriteLine(bar);
            }
        }
    }

    private static Table Of(IEnumerable<BenchRow> rows)
    {
        Table table = new Table().RoundedBorder()
            .AddColumns("mode", "payload", "p50 µs", "p90 µs", "p99 µs", "p99.9 µs", "max µs", "one way msg/s", "MB/s");
        foreach (TableColumn column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        foreach (BenchRow row in rows)
        {
            double? megabytes = row.MessagesPerSecond * row.SizeBytes / 1e6;
            table.AddRow(
                row.Name,
                row.SizeBytes is { } size ? $"{size} B" : "-",
                Microseconds(row.Samples.Percentile(50)),
                Microseconds(row.Samples.Percentile(90)),
                Microseconds(row.Samples.Percentile(99)),
                Microseconds(row.Samples.Percentile(99.9)),
                Microseconds(row.Samples.MaxNanoseconds),
                row.MessagesPerSecond is { } rate ? rate.ToString("N0", CultureInfo.InvariantCulture) : "-",
                megabytes is { } speed ? speed.ToString("N1", CultureInfo.InvariantCulture) : "-");
        }

        return table;
    }

    /// <summary>One line an octave of time: how many round trips took that long.</summary>
    private static IEnumerable<string> Histogram(BenchRow row)
    {
        (long UpTo, long Count)[] buckets = [.. Octaves(row.Samples)];
        int first = Array.FindIndex(buckets, bucket => bucket.Count > 0);
        int last = Array.FindLastIndex(buckets, bucket => bucket.Count > 0);
        long most = buckets.Max(bucket => bucket.Count);
        for (int i = Math.Max(0, first); i <= last; i++)
        {
            // A bar for a single round trip too: the rare long ones are what people look for.
            int length = buckets[i].Count == 0 ? 0 : Math.Max(1, (int)(BarColumns * buckets[i].Count / most));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  up to {Microseconds(buckets[i].UpTo),9} µs {buckets[i].Count,9:N0} {new string('█', length)}");
        }
    }

    private static IEnumerable<(long UpTo, long Count)> Octaves(Samples samples)
    {
        long upTo = FirstBucketNanoseconds;
        long count = 0;
        foreach (var value in samples.Histogram.RecordedValues())
        {
            for (; value.ValueIteratedTo > upTo; upTo *= 2)
            {
                yield return (upTo, count);
                count = 0;
            }

            count += value.CountAtValueIteratedTo;
        }

        yield return (upTo, count);
    }

    private static string Microseconds(long nanoseconds)
        => (nanoseconds / 1000.0).ToString("N2", CultureInfo.InvariantCulture);
}
