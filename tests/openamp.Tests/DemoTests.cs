// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The demo: a whole life of a processor, every message, nothing left behind.</summary>
public sealed class DemoTests
{
    private const string NamePrefix = "openamp-demo-";
    private const string Firmware = "demo-firmware.elf";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Steps = ["echo, all sizes", "no-copy echo", "sample", "matrix multiply", "flood"];

    private static readonly string[] Life =
    [
        "load", "start", "stop", "restart", "echo after restart", "crash", "recover", "echo after recovery", "stop",
    ];

    [Fact]
    public async Task PrintsALineAStepTablesTheTraceAndWhatToTryNext()
    {
        string[] before = Traces();
        ToolResult demo = (await ToolProcess.RunAsync("demo")).MustExit(0);

        Assert.All(Steps, step => Assert.Contains(step + ": ", demo.Output, StringComparison.Ordinal));
        Assert.Contains("p99 µs", demo.Output, StringComparison.Ordinal);
        Assert.Contains("asked, answered, stopped", demo.Output, StringComparison.Ordinal);
        Assert.Contains("killed by signal 9 (SIGKILL)", demo.Output, StringComparison.Ordinal);
        Assert.Contains("these are my last words", demo.Output, StringComparison.Ordinal);
        Assert.Contains("All right: 49,260 messages", demo.Output, StringComparison.Ordinal);
        Assert.Contains("Next: ", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', demo.Output);
        Assert.Empty(demo.Error);
        Assert.InRange(demo.Elapsed, TimeSpan.Zero, Limit);
        Assert.Equal(before, Traces());
    }

    [Theory]
    [InlineData("adaptive")]
    [InlineData("interrupt")]
    [InlineData("poll")]
    public async Task ReportsEveryStepAsJson(string wait)
    {
        ToolResult demo = await ToolProcess.RunAsync("demo", "--json", "--count", "20", "--wait", wait);
        JsonElement report = demo.MustSucceed();

        Assert.Empty(demo.Error);
        JsonElement[] steps = [.. report.GetProperty("steps").EnumerateArray()];
        Assert.Equal(Steps, steps.Select(step => step.GetProperty("step").GetString()));
        Assert.Equal([480L, 480, 100, 200, 9600], steps.Select(step => step.GetProperty("messages").GetInt64()));
        Assert.All(steps[..4], step => Assert.True(
            step.GetProperty("roundTripMicroseconds").GetProperty("p50").GetDouble() > 0));
        Assert.Equal(
            Life, report.GetProperty("life").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(1, report.GetProperty("crashes").GetInt32());
        Assert.NotEmpty(report.GetProperty("trace").EnumerateArray());
    }

    [Fact]
    public async Task DrawsProgressAndTableOnATerminal()
    {
        const string Script = "/usr/bin/script";
        if (!File.Exists(Script))
        {
            Assert.Skip("script (package bsdutils) is missing, which gives a program a terminal");
        }

        string command = string.Join(' ', [.. ToolProcess.Command.Select(word => $"'{word}'"), "demo"]);
        await using ToolProcess process = ToolProcess.StartAny(
            ["/usr/bin/env", "TERM=xterm-256color", Script, "-qec", "stty cols 100; " + command, "/dev/null"]);
        ToolResult demo = (await process.EndAsync()).MustExit(0);

        Assert.Contains('\u001b', demo.Output);
        Assert.Contains("100%", demo.Output, StringComparison.Ordinal);
        Assert.Contains("p50 µs", demo.Output, StringComparison.Ordinal);
        Assert.Contains("All right", demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesNothingBehindWhenItIsInterrupted()
    {
        string[] before = Traces();
        await using ToolProcess demo = ToolProcess.Start("demo", "--count", "1000000");
        int firmware = await FirmwareOfAsync(demo.Id);
        demo.Interrupt();
        ToolResult result = (await demo.EndAsync()).MustExit(130);

        Assert.Contains("interrupted", result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(before, Traces());
        Assert.False(IsThere(firmware));
    }

    [Fact]
    public async Task SaysThatTheFirmwareWasKilledAndLeavesNothingBehind()
    {
        string[] before = Traces();
        await using ToolProcess demo = ToolProcess.Start("demo", "--count", "1000000", "--json");
        int firmware = await FirmwareOfAsync(demo.Id);
        System.Diagnostics.Process.GetProcessById(firmware).Kill();
        ToolResult result = (await demo.EndAsync()).MustExit(1);

        Assert.NotEmpty(result.ErrorLine);
        Assert.Equal("failed", result.Json().GetProperty("result").GetString());
        Assert.Equal(before, Traces());
    }

    [Fact]
    public async Task TheFirmwareEndsWhenTheHostIsKilled()
    {
        string[] before = Traces();
        await using ToolProcess demo = ToolProcess.Start("demo", "--count", "1000000", "--json");
        int firmware = await FirmwareOfAsync(demo.Id);
        demo.Kill();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (IsThere(firmware))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }

        // A killed host cannot clean up.
        foreach (string trace in Traces().Except(before))
        {
            Directory.Delete(trace, recursive: true);
        }
    }

    private static string[] Traces() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path.GetTempPath(), NamePrefix + "*").Order(StringComparer.Ordinal),
    ];

    private static bool IsThere(int process)
        => Files.IsProcessWith($"/proc/{process}", Firmware) && !Files.IsZombie(process);

    /// <summary>The firmware of one demo: its child, and nobody else's.</summary>
    private static async Task<int> FirmwareOfAsync(int host)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            foreach (int child in Files.ChildrenOf(host))
            {
                if (IsThere(child))
                {
                    return child;
                }
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
