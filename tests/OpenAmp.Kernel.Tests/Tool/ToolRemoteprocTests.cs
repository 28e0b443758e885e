// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Kernel.Tests.Remoteproc;
using Xunit;

namespace OpenAmp.Kernel.Tests.Tool;

/// <summary>The command <c>remoteproc</c> where the kernel is real.</summary>
public sealed class ToolRemoteprocTests
{
    [Fact]
    public async Task StartsFirmwareThatRunsOnAndStopsIt()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync(isRunning: false);

        string started = await host.ToolAsync("remoteproc start vrproc --firmware echo.elf", 0);
        Assert.StartsWith("kernel:vrproc is running after", started, StringComparison.Ordinal);
        Assert.Contains("firmware echo.elf", started, StringComparison.Ordinal);
        Assert.Equal("running", await host.ReadAsync("state"));
        Assert.Equal("still here", await host.EchoAsync("still here"));

        Assert.Contains("Stop it first", await host.ToolAsync("remoteproc start", 1), StringComparison.Ordinal);
        Assert.StartsWith(
            "kernel:vrproc is offline after", await host.ToolAsync("remoteproc stop", 0), StringComparison.Ordinal);
        Assert.Equal("offline", await host.ReadAsync("state"));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task AFileFromElsewhereIsPlacedWhereTheKernelLooks()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync(isRunning: false);
        _ = await host.RunAsync("cp /mnt/firmware/echo.elf /tmp/mine.elf");

        _ = await host.ToolAsync("remoteproc set-firmware vrproc /tmp/mine.elf", 0);

        Assert.Equal("openamp/vrproc/mine.elf", await host.ReadAsync("firmware"));
        _ = await host.ToolAsync("remoteproc start vrproc", 0);
        Assert.Equal("mine", await host.EchoAsync("mine"));
    }

    [Fact]
    public async Task FirmwareThatTheKernelRefusesIsRefusedWithTheReason()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync(isRunning: false);
        host.AddFirmware("text.elf", "no image at all, but long enough to be read as the header of one"u8.ToArray());

        string refused = await host.ToolAsync("remoteproc start vrproc --firmware text.elf", 1);

        Assert.Contains("text.elf", refused, StringComparison.Ordinal);
        Assert.Contains("ELF", refused, StringComparison.Ordinal);
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    [Fact]
    public async Task ShowsTableMemoryAndLinks()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        JsonElement report = await host.JsonAsync("remoteproc info vrproc");

        Assert.Equal("echo.elf", report.GetProperty("processor").GetProperty("firmware").GetString());
        Assert.Contains(report.GetProperty("table").GetProperty("entries").EnumerateArray(), entry =>
            entry.GetProperty("kind").GetString() == "vdev");
        Assert.NotEmpty(report.GetProperty("carveouts").EnumerateArray());
        Assert.Empty(report.GetProperty("notes").EnumerateArray());
        Assert.Contains("Resource table", await host.ToolAsync("remoteproc info vrproc", 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrintsAndFollowsTrace()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        Assert.Contains(
            "echo runs", await host.ToolAsync("remoteproc trace vrproc --once", 0), StringComparison.Ordinal);
        string followed = await host.RunAsync(
            "/mnt/bin/openamp remoteproc trace vrproc >/tmp/trace & pid=$!; "
                + "wait_for() { n=0; until grep -q \"$1\" /tmp/trace || [ $((n=n+1)) -gt 300 ]; do sleep 0.1; done; }; "
                + $"wait_for 'host drives'; echo stop >{KernelProcessorHost.Sysfs}/state; wait_for 'Running ->'; "
                + "kill $pid; wait $pid; echo \"exit code $?\"; cat /tmp/trace");
        Assert.Contains("the host drives the device", followed, StringComparison.Ordinal);
        Assert.Contains("Running -> ", followed, StringComparison.Ordinal);
        Assert.Contains("exit code 0", followed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchesTheDumpOfTheNextCrash()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        Assert.Contains(
            "core dumps are enabled", await host.ToolAsync("remoteproc coredump vrproc --mode enabled", 0),
            StringComparison.Ordinal);
        _ = await host.RunAsync($"(sleep 2; echo 2 >{KernelProcessorHost.Debugfs}/crash) & true");

        JsonElement report = await host.JsonAsync(
            "remoteproc coredump vrproc -o /mnt/firmware/vrproc.core --timeout 30");

        Assert.Equal((1 << 20) + 52 + 32, report.GetProperty("outputBytes").GetInt64());
        Assert.Equal((1 << 20) + 52 + 32, new FileInfo(Path.Combine(host.FirmwareFolder, "vrproc.core")).Length);
        Assert.Contains("No dump waits", await host.ToolAsync("remoteproc coredump vrproc", 0),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecoversACrashedProcessor()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        _ = (await host.WriteAsync("recovery", "disabled")).Required();
        _ = await host.RunAsync($"echo 2 >{KernelProcessorHost.Debugfs}/crash");
        _ = await host.Guest.WaitForLogAsync("handling crash #1 in vrproc", TestGuest.Token);
        Assert.Equal("crashed", await host.ReadAsync("state"));
        string doctor = await host.ToolAsync("doctor", 1);
        Assert.Contains("fails at state: it crashed, and recovery is disabled", doctor, StringComparison.Ordinal);

        _ = await host.ToolAsync("remoteproc recover vrproc", 0);

        Assert.Equal("running", await host.ReadAsync("state"));
    }
}
