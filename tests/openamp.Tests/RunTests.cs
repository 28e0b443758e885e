// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The command <c>run</c>, with the demo's firmware.</summary>
public sealed class RunTests
{
    private static readonly string Firmware = Path.Combine(AppContext.BaseDirectory, "demo-firmware.elf");
    private static readonly string[] FirmwareArguments = ["--", "demo-firmware"];

    [Fact]
    public async Task ShowsTraceAndStatesAndStopsInOrderOnCtrlC()
    {
        await using ToolProcess run = ToolProcess.Start(["run", Firmware, "--trace-file", Trace, .. FirmwareArguments]);
        await Files.ContainAsync(Trace, "link is up");
        run.Interrupt();
        ToolResult result = (await run.EndAsync()).MustExit(0);
        File.Delete(Trace);

        Assert.Empty(result.Error);
        Assert.Contains("resource table with 1 virtio device,", result.Output, StringComparison.Ordinal);
        Assert.Contains("Ready -> Running", result.Output, StringComparison.Ordinal);
        Assert.Contains("trace0     link is up", result.Output, StringComparison.Ordinal);
        Assert.Contains("good-bye", result.Output, StringComparison.Ordinal);
        Assert.Contains("stopped (Acknowledged)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WritesAJsonObjectALineAsItHappens()
    {
        ToolResult result = await ToolProcess.RunAsync(
            ["run", Firmware, "--json", "--timeout", "2", .. FirmwareArguments]);

        JsonElement[] events = [.. result.MustExit(0).Output.TrimEnd().Split('\n').Select(Parse)];
        Assert.Equal("loaded", events.First(e => e.GetProperty("event").GetString() != "state")
            .GetProperty("event").GetString());
        Assert.Contains(events, e => e.GetProperty("event").GetString() == "trace");
        JsonElement summary = events[^1].GetProperty("summary");
        Assert.Equal("ok", summary.GetProperty("result").GetString());
        Assert.Equal(1, summary.GetProperty("starts").GetInt32());
        Assert.Equal("Acknowledged", summary.GetProperty("stop").GetString());
    }

    [Fact]
    public async Task SaysHowTheFirmwareCrashedAndKeepsItsMemory()
    {
        string dumps = Directory.CreateTempSubdirectory("openamp-run-").FullName;
        await using ToolProcess run = ToolProcess.Start(
            ["run", Firmware, "--core-dump", dumps, "--trace-file", Trace, .. FirmwareArguments]);
        await Files.ContainAsync(Trace, "link is up");
        KillFirmware(run.Id);
        ToolResult result = (await run.EndAsync()).MustExit(1);
        File.Delete(Trace);

        Assert.Contains("crashed and was not recovered", result.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("SIGKILL", result.ErrorLine, StringComparison.Ordinal);
        string dump = Assert.Single(Directory.GetFiles(dumps));
        Assert.Contains(dump, result.Output, StringComparison.Ordinal);
        byte[] content = await File.ReadAllBytesAsync(dump, TestContext.Current.CancellationToken);
        Assert.True(content.AsSpan(0, 4).SequenceEqual("\u007fELF"u8));
        Directory.Delete(dumps, recursive: true);
    }

    [Fact]
    public async Task StartsCrashedFirmwareAgainWhenItIsToldTo()
    {
        await using ToolProcess run = ToolProcess.Start(
            ["run", Firmware, "--recover", "limited", "--trace-file", Trace, .. FirmwareArguments]);
        await Files.ContainAsync(Trace, "link is up");
        KillFirmware(run.Id);
        await Files.ContainAsync(Trace, "link is up", times: 2);
        run.Interrupt();
        ToolResult result = (await run.EndAsync()).MustExit(0);
        File.Delete(Trace);

        Assert.Contains("Crashed -> Running", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 starts, 1 crash", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/firmware.elf", "cannot be opened")]
    [InlineData("/etc/passwd", "none of the formats")]
    public async Task SaysWhatIsWrongWithAFileThatIsNoFirmware(string path, string what)
    {
        ToolResult result = (await ToolProcess.RunAsync("run", path)).MustExit(1);

        Assert.Contains(what, result.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--memory", "12Q")]
    [InlineData("--recover", "perhaps")]
    public async Task RefusesWrongOptions(string option, string value)
    {
        ToolResult result = (await ToolProcess.RunAsync("run", Firmware, option, value)).MustExit(2);

        Assert.Contains(value, result.ErrorLine, StringComparison.Ordinal);
    }

    private string Trace { get; } = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private static void KillFirmware(int host)
    {
        int firmware = Assert.Single(Files.ChildrenOf(host));
        System.Diagnostics.Process.GetProcessById(firmware).Kill();
    }
}
