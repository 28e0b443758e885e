// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The benchmark measures what it says, and leaves nothing behind.</summary>
public sealed class BenchTests
{
    private static readonly string[] Few = ["--rounds", "1000", "--messages", "1000", "--sizes", "16,496"];

    [Theory]
    [InlineData("poll")]
    [InlineData("adaptive")]
    [InlineData("interrupt")]
    public async Task ReportsBaselinesAndEachSizeAsJson(string mode)
    {
        string[] before = Traces();
        ToolResult bench = await ToolProcess.RunAsync(["bench", "--json", "--mode", mode, .. Few]);
        JsonElement report = bench.MustExit(0).Json();
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(
            ["cache line", "eventfd", "socket byte", mode, mode],
            rows.Select(row => row.GetProperty("name").GetString()!));
        Assert.Equal([16, 496], rows.Skip(3).Select(row => row.GetProperty("payloadBytes").GetInt32()));
        Assert.All(rows, row => Assert.True(Median(row) > 0));
        Assert.All(rows.Skip(3), row => Assert.True(row.GetProperty("messagesPerSecond").GetDouble() > 0));
        Assert.Equal(before, Traces());
    }

    [Fact]
    public async Task PrintsATableAndHowRoundTripsSpread()
    {
        ToolResult bench = (await ToolProcess.RunAsync(["bench", "--mode", "adaptive", .. Few])).MustExit(0);
        Assert.Contains("one way msg/s", bench.Output, StringComparison.Ordinal);
        Assert.Contains("Round trips, adaptive", bench.Output, StringComparison.Ordinal);
        Assert.Contains("5 of 5: adaptive, 496 bytes", bench.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sizes", "0")]
    [InlineData("--sizes", "497")]
    [InlineData("--sizes", "many")]
    [InlineData("--rounds", "10")]
    [InlineData("--mode", "fast")]
    public async Task RefusesWhatItCannotMeasure(string option, string value)
    {
        ToolResult bench = (await ToolProcess.RunAsync("bench", option, value)).MustExit(2);
        Assert.Contains(value, bench.ErrorLine, StringComparison.Ordinal);
    }

    private static double Median(JsonElement row)
        => row.GetProperty("roundTripMicroseconds").GetProperty("p50").GetDouble();

    private static string[] Traces() =>
    [
        .. Directory.GetFiles("/dev/shm", "openamp.bench.*").Order(),
        .. Directory.GetFiles("/tmp", "openamp.bench.*").Order(),
    ];
}
