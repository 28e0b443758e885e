// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The command <c>demo --board</c>: the same demo, with firmware in C# on an emulated core.</summary>
public sealed class BoardDemoTests
{
    private const string M4 = "mps2-an386";

    private static readonly string[] Steps = ["echo, all sizes", "no-copy echo", "sample", "matrix multiply", "flood"];

    private static readonly string[] Life =
    [
        "load", "start", "suspend", "resume", "echo after resume", "stop", "restart", "echo after restart", "crash",
        "recover", "echo after recovery", "stop",
    ];

    [Fact]
    public async Task ShowsTheStepsTheCrashWithItsRecordAndWhatToTryNext()
    {
        await BoardFirmware.BuildAsync(M4, "demo");
        string[] before = BoardFiles.All();
        ToolResult demo = (await ToolProcess.RunAsync("demo", "--board", "m4")).MustExit(0);

        Assert.Contains("demo.elf on mps2-an386 (cortex-m4): ELF32", demo.Output, StringComparison.Ordinal);
        Assert.All(Steps, step => Assert.Contains(step + ": ", demo.Output, StringComparison.Ordinal));
        Assert.Contains("these are my last words", demo.Output, StringComparison.Ordinal);
        Assert.Contains("DemoService.Crash+0xa (DemoService.cs:", demo.Output, StringComparison.Ordinal);
        Assert.Contains("xpsr", demo.Output, StringComparison.Ordinal);
        Assert.Contains("All right: 6,060 messages", demo.Output, StringComparison.Ordinal);
        Assert.Contains("openamp gdb --board m4 demo --exec", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', demo.Output);
        Assert.Empty(demo.Error);
        Assert.Equal(before, BoardFiles.All());
    }

    [Fact]
    public async Task ReportsTheSameAsJson()
    {
        await BoardFirmware.BuildAsync(M4, "demo");
        ToolResult demo = await ToolProcess.RunAsync("demo", "--board", M4, "--json", "--count", "2");
        JsonElement report = demo.MustSucceed();

        Assert.Empty(demo.Error);
        Assert.Equal(M4, report.GetProperty("board").GetString());
        JsonElement[] steps = [.. report.GetProperty("steps").EnumerateArray()];
        Assert.Equal(Steps, steps.Select(step => step.GetProperty("step").GetString()));
        Assert.Equal([480L, 480, 100, 200, 960], steps.Select(step => step.GetProperty("messages").GetInt64()));
        Assert.Equal(
            Life, report.GetProperty("life").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(1, report.GetProperty("crashes").GetInt32());
        JsonElement crash = report.GetProperty("crash");
        Assert.Contains("Crash", crash.GetProperty("symbol").GetString()!, StringComparison.Ordinal);
        Assert.Contains(
            "pc",
            crash.GetProperty("registers").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Contains(
            "asked to crash: these are my last words",
            report.GetProperty("trace").EnumerateArray().Select(line => line.GetString()));
    }

    [Theory]
    [InlineData("mps2-an500")]
    [InlineData("mps2-an521")]
    [InlineData("virt-a53")]
    [InlineData("virt-a15")]
    [InlineData("zcu102-r5")]
    public async Task EveryBoardTakesEveryStepAndFaultsInTheSameLine(string board)
    {
        await BoardFirmware.BuildAsync(board, "demo");
        JsonElement report
            = (await ToolProcess.RunAsync("demo", "--board", board, "--json", "--count", "1")).MustSucceed();

        Assert.Equal(
            Life, report.GetProperty("life").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Contains(
            "DemoService.cs:", report.GetProperty("crash").GetProperty("cause").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesNoEmulatorWhenItIsInterrupted()
    {
        await BoardFirmware.BuildAsync(M4, "demo");
        string[] before = BoardFiles.All();
        await using ToolProcess demo = ToolProcess.Start("demo", "--board", "m4", "--count", "100000");
        await demo.WaitForOutputAsync("matrix multiply: ");
        int emulator = BoardFiles.EmulatorOf(demo.Id);
        demo.Interrupt();
        ToolResult result = (await demo.EndAsync()).MustExit(130);

        Assert.Contains("interrupted", result.ErrorLine, StringComparison.Ordinal);
        Assert.False(BoardFiles.IsEmulator(emulator));
        Assert.Equal(before, BoardFiles.All());
    }
}
