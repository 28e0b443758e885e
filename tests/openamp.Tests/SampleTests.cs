// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The samples do what they say.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task HelloRpmsgPrintsTheEchoOfItsGreeting()
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo", "--json");
        await using ToolProcess sample = ToolProcess.StartAny(
        [
            ToolProcess.Command[0],
            Path.Combine(AppContext.BaseDirectory, "HelloRpmsg.dll"),
            names.SharedMemory,
            names.SocketPath,
        ]);
        Assert.Equal("hello\n", (await sample.EndAsync()).MustExit(0).Output);
        (await echo.EndAsync()).MustSucceed();
    }

    [Fact]
    public async Task HelloRemoteprocGreetsItsFirmwareBeforeAndAfterACrash()
    {
        await using ToolProcess sample = ToolProcess.StartAny(
            [ToolProcess.Command[0], Path.Combine(AppContext.BaseDirectory, "HelloRemoteproc.dll")]);
        Assert.Equal("hello\nhello again\n", (await sample.EndAsync()).MustExit(0).Output);
    }

    [Fact]
    public async Task HelloBoardPrintsTheEchoOfFirmwareOnAnEmulatedBoard()
    {
        await using ToolProcess sample = ToolProcess.StartAny(
        [
            ToolProcess.Command[0],
            Path.Combine(AppContext.BaseDirectory, "HelloBoard.dll"),
            "m4",
            await BoardFirmware.BuildAsync("mps2-an386", "echo"),
        ]);
        Assert.Equal("hello, board\n", (await sample.EndAsync()).MustExit(0).Output);
    }
}
