// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Ctrl-C and SIGTERM end every command soon, in good order.</summary>
public sealed class EndTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(9);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASignalEndsAWaitForAPeerAndRemovesTheSocket(bool terminate)
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo", "--json");
        await Files.AppearAsync(names.SocketPath);
        ToolResult result = await EndBySignalAsync(echo, terminate);
        Assert.Equal("interrupted", result.Json().GetProperty("result").GetString());
        Assert.False(File.Exists(names.SocketPath));
    }

    [Fact]
    public async Task ASignalEndsASearchForAPeer()
    {
        using var names = new LinkNames();
        await using ToolProcess ping = ToolProcess.Start(names, "ping", "--json");
        await Files.AppearAsync(Path.Combine("/dev/shm", names.SharedMemory));
        await EndBySignalAsync(ping, terminate: false);
    }

    [Fact]
    public async Task ASignalInTheMiddleDestroysTheEndpointSoThatTheEchoEndsWell()
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo", "--json");
        await using ToolProcess flood = ToolProcess.Start(names, "flood", "--count", "1000000", "-v");
        await flood.WaitForPeerAsync();
        await EndBySignalAsync(flood, terminate: false);
        (await echo.EndAsync()).MustSucceed();
    }

    [Fact]
    public async Task ServingOnEndsWellWhenItsTimeIsUp()
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo", "--keep-serving", "--timeout", "1", "--json");
        ToolResult result = await echo.EndAsync();
        Assert.Equal(0, result.MustSucceed().GetProperty("peers").GetInt32());
    }

    private static async Task<ToolResult> EndBySignalAsync(ToolProcess process, bool terminate)
    {
        long start = Stopwatch.GetTimestamp();
        if (terminate)
        {
            process.Terminate();
        }
        else
        {
            process.Interrupt();
        }

        ToolResult result = (await process.EndAsync()).MustExit(130);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
        return result;
    }
}
