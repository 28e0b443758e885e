// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The command <c>boards</c>, and what is said of boards that are not there.</summary>
public sealed class BoardTests
{
    private static readonly string[] Names =
        ["mps2-an386", "mps2-an500", "mps2-an521", "virt-a15", "virt-a53", "zcu102-r5"];

    [Fact]
    public async Task ListsEveryBoardWithCoreMemoryAndDoorbell()
    {
        ToolResult result = (await ToolProcess.RunAsync("boards")).MustExit(0);

        Assert.All(Names, name => Assert.Contains(name, result.Output, StringComparison.Ordinal));
        Assert.Contains("an386, m4", result.Output, StringComparison.Ordinal);
        Assert.Contains("cortex-r5f", result.Output, StringComparison.Ordinal);
        Assert.Contains("0x21000000", result.Output, StringComparison.Ordinal);
        Assert.Contains("cmsdk-uart", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task ListsThemAsJson()
    {
        JsonElement report = (await ToolProcess.RunAsync("boards", "--json")).MustExit(0).Json();

        JsonElement[] boards = [.. report.GetProperty("boards").EnumerateArray()];
        Assert.Equal(Names, boards.Select(board => board.GetProperty("name").GetString()));
        Assert.Equal("0x21000000", boards[0].GetProperty("image").GetProperty("address").GetString());
        Assert.Equal(1 << 20, boards[0].GetProperty("image").GetProperty("lengthBytes").GetInt32());
        Assert.Equal("qemu-system-arm", boards[0].GetProperty("emulatorPackage").GetString());
    }

    [Fact]
    public async Task NamesThePackageWhenTheEmulatorIsMissing()
    {
        ToolResult result = (await RunWithoutPathAsync("boards")).MustExit(0);

        Assert.Contains("qemu-system-arm is missing: try ./eng/setup", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "echo")]
    [InlineData("demo")]
    [InlineData("gdb", "echo")]
    public async Task SaysWhichBoardsThereAreWhenItDoesNotKnowOne(string command, params string[] more)
    {
        ToolResult result = (await ToolProcess.RunAsync([command, "--board", "m5", .. more])).MustExit(2);

        Assert.StartsWith(
            $"openamp {command}: There is no board 'm5': give one of mps2-an386 (m4), ", result.ErrorLine,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/board.json", "cannot be read")]
    [InlineData("", "not nothing")]
    public async Task SaysWhatIsWrongWithABoard(string board, string what)
    {
        ToolResult result = (await ToolProcess.RunAsync("run", "--board", board, "echo")).MustExit(2);

        Assert.Contains(what, result.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "/etc/passwd")]
    [InlineData("gdb", "/etc/passwd")]
    public async Task SaysWhatToTryWhenTheEmulatorIsMissing(string command, string firmware)
    {
        ToolResult result = (await RunWithoutPathAsync(command, "--board", "m4", firmware)).MustExit(1);

        Assert.Contains(
            "board 'mps2-an386' is emulated by qemu-system-arm, and no folder of PATH has it: try ./eng/setup, or: "
                + "sudo apt-get install qemu-system-arm",
            result.ErrorLine,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaysWhereAFirmwareWasLookedForThatNobodyHas()
    {
        ToolResult result = (await ToolProcess.RunAsync("run", "--board", "m4", "nobodys")).MustExit(1);

        Assert.Contains(
            "there is no firmware 'nobodys' for board 'mps2-an386': expected the file '", result.ErrorLine,
            StringComparison.Ordinal);
        Assert.Contains("/artifacts/firmware/mps2-an386/nobodys.elf'", result.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("give one of those names, or the path of an ELF", result.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--memory is for firmware that is a process", "--memory", "1M", "echo")]
    [InlineData("'more' is one word too many", "echo", "--", "more")]
    public async Task RefusesWhatMakesNoSenseOnABoard(string message, params string[] options)
    {
        ToolResult result = (await ToolProcess.RunAsync(["run", "--board", "m4", .. options])).MustExit(2);

        Assert.Contains(message, result.ErrorLine, StringComparison.Ordinal);
    }

    private static async Task<ToolResult> RunWithoutPathAsync(params string[] arguments)
    {
        await using ToolProcess process = ToolProcess.StartAny(
            ["/usr/bin/env", "PATH=/nowhere", .. ToolProcess.AbsoluteCommand, .. arguments]);
        return await process.EndAsync();
    }
}
