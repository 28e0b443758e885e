// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The demo: two processes, every step, nothing left behind.</summary>
public sealed class DemoTests
{
    private const string NamePrefix = "openamp-demo-";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly string[] Steps = ["echo, all sizes", "no-copy echo", "sample", "matrix multiply", "flood"];

    [Fact]
    public async Task PrintsALineAStepATableAndWhatToTryNext()
    {
        string[] before = Traces();
        ToolResult demo = (await ToolProcess.RunAsync("demo")).MustExit(0);
        Assert.All(Steps, step => Assert.Contains(step + ": ", demo.Output, StringComparison.Ordinal));
        Assert.Contains("p99 µs", demo.Output, StringComparison.Ordinal);
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
        Assert.NotEqual(
            report.GetProperty("hostProcessId").GetInt32(), report.GetProperty("remoteProcessId").GetInt32());
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
        string name = await NewNameAsync(before);
        demo.Interrupt();
        ToolResult result = (await demo.EndAsync()).MustExit(130);
        Assert.Contains("interrupted", result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(before, Traces());
        Assert.Empty(Files.ProcessesWith(name));
    }

    [Fact]
    public async Task SaysThatTheRemoteWasKilledAndLeavesNothingBehind()
    {
        string[] before = Traces();
        await using ToolProcess demo = ToolProcess.Start("demo", "--count", "1000000", "--json");
        string name = await NewNameAsync(before);
        int remote = await RemoteOfAsync(name);
        System.Diagnostics.Process.GetProcessById(remote).Kill();
        ToolResult result = (await demo.EndAsync()).MustExit(1);
        Assert.Contains("remote", result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("failed", result.Json().GetProperty("result").GetString());
        Assert.Equal(before, Traces());
    }

    [Fact]
    public async Task TheRemoteEndsWhenTheHostIsKilled()
    {
        string[] before = Traces();
        await using ToolProcess demo = ToolProcess.Start("demo", "--count", "1000000", "--json");
        string name = await NewNameAsync(before);
        int remote = await RemoteOfAsync(name);
        using var process = System.Diagnostics.Process.GetProcessById(remote);
        demo.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Limit, TestContext.Current.CancellationToken);

        // A killed host cannot clean up.
        File.Delete(Path.Combine("/dev/shm", name));
        Directory.Delete(Path.Combine(Path.GetTempPath(), name), recursive: true);
    }

    private static string[] Traces() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path.GetTempPath(), NamePrefix + "*")
            .Concat(Directory.EnumerateFileSystemEntries("/dev/shm", NamePrefix + "*"))
            .Order(StringComparer.Ordinal),
    ];

    private static async Task<string> NewNameAsync(string[] before)
    {
        using var timer = new System.Threading.PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            if (Traces().Except(before).FirstOrDefault(IsSharedMemory) is { } trace)
            {
                return Path.GetFileName(trace);
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool IsSharedMemory(string path) => path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static async Task<int> RemoteOfAsync(string name)
    {
        using var timer = new System.Threading.PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            foreach (string folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder), out int id)
                    && Files.IsProcessWith(folder, "demo-remote", name))
                {
                    return id;
                }
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
