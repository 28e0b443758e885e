// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The command <c>gdb</c>.</summary>
public sealed partial class GdbTests
{
    private const string M4 = "mps2-an386";

    [Fact]
    public async Task PrintsTheCommandThatAttachesWhileTheBoardRuns()
    {
        await BoardFirmware.BuildAsync(M4, "echo");
        string[] before = BoardFiles.All();
        await using ToolProcess gdb = ToolProcess.Start("gdb", "--board", "m4");
        await gdb.WaitForOutputAsync("rpmsg-openamp-demo-channel");
        await gdb.WaitForOutputAsync("Ctrl-C here ends it");
        gdb.Interrupt();
        ToolResult result = (await gdb.EndAsync()).MustExit(0);

        Assert.Matches(
            @"gdb-multiarch '/.*/mps2-an386/echo\.elf' -ex 'target remote /.*\.sock'", result.Output);
        Assert.Contains("stopped (Acknowledged)", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, BoardFiles.All());
    }

    [Fact]
    public async Task ThePrintedCommandFindsTheBoardHeldBeforeItsFirstInstruction()
    {
        await BoardFirmware.BuildAsync(M4, "echo");
        BoardFirmware.SkipWithout(("gdb-multiarch", "gdb-multiarch"), ("sh", "dash"));
        await using ToolProcess board = ToolProcess.Start("gdb", "--board", "m4", "echo", "--held");
        await board.WaitForOutputAsync("Ctrl-C here ends it");
        string command = CommandLine().Match(board.Output).Value;
        await using ToolProcess gdb = ToolProcess.StartAny(
            ["/bin/sh", "-c", command + " -batch -ex 'info registers pc' -ex detach"]);
        ToolResult result = (await gdb.EndAsync()).MustExit(0);
        board.Interrupt();
        _ = (await board.EndAsync()).MustExit(0);

        Assert.Contains("openamp_start", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsGdbItselfAndEndsWithIt()
    {
        await BoardFirmware.BuildAsync(M4, "echo");
        BoardFirmware.SkipWithout(("gdb-multiarch", "gdb-multiarch"));
        string[] before = BoardFiles.All();
        ToolResult result = (await ToolProcess.RunAsync(
            "gdb", "--board", "m4", "--held", "--exec", "echo", "--",
            "-batch", "-ex", "info registers pc", "-ex", "detach")).MustExit(0);

        Assert.Contains("openamp_start", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, BoardFiles.All());
    }

    [Fact]
    public async Task NeedsExecForArgumentsOfGdb()
    {
        ToolResult result = (await ToolProcess.RunAsync("gdb", "--board", "m4", "echo", "--", "-batch")).MustExit(2);

        Assert.Contains("'-batch' is for gdb, which --exec would run", result.ErrorLine, StringComparison.Ordinal);
    }

    [GeneratedRegex("gdb-multiarch '.*")]
    private static partial Regex CommandLine();
}
