// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>What can go wrong before and while messages flow: one clear line, and soon.</summary>
public sealed class FailureTests
{
    // Long for a busy machine that starts a process, and short of the 10 s that nobody asked for here.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(9);

    // Long enough that it never ends by itself.
    private static readonly string[] Endless = ["--count", "1000000", "-v"];

    [Theory]
    [InlineData("ping", "client", "nobody answered")]
    [InlineData("flood", "client", "nobody answered")]
    [InlineData("ping", "server", "no peer came up")]
    [InlineData("echo", "server", "no peer came up")]
    public async Task AMissingPeerIsSaidWhenTheTimeIsUp(string command, string side, string what)
    {
        using var names = new LinkNames();
        await using ToolProcess process = ToolProcess.Start(
            names, command, "--socket", side, "--timeout", "1", "--json");
        ToolResult result = (await process.EndAsync()).MustExit(1);
        Assert.InRange(result.Elapsed, TimeSpan.FromSeconds(1), Soon);
        Assert.Contains(what, result.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(names.SocketPath, result.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("try ", result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("failed", result.Json().GetProperty("result").GetString());
        Assert.Contains(what, result.Json().GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(names.SocketPath));
    }

    [Fact]
    public async Task APeerOfAnotherServiceIsSaidWhenTheTimeIsUp()
    {
        using var names = new LinkNames();
        await using ToolProcess server = ToolProcess.Start(names, "sample-echo", "--json");
        await using ToolProcess client = ToolProcess.Start(names, "ping", "--timeout", "1", "--json");
        ToolResult result = (await client.EndAsync()).MustExit(1);
        Assert.Contains("did not announce rpmsg-openamp-demo-channel", result.ErrorLine, StringComparison.Ordinal);
        (await server.EndAsync()).MustExit(1);
    }

    [Fact]
    public async Task AFileInThePlaceOfTheSocketIsLeftAlone()
    {
        using var names = new LinkNames();
        await File.WriteAllTextAsync(names.SocketPath, "precious", TestContext.Current.CancellationToken);
        await using ToolProcess process = ToolProcess.Start(names, "echo", "--json");
        ToolResult result = (await process.EndAsync()).MustExit(1);
        Assert.Contains(names.SocketPath, result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(
            "precious", await File.ReadAllTextAsync(names.SocketPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ASecondServerIsRefusedAndTheFirstServesOn()
    {
        using var names = new LinkNames();
        await using ToolProcess first = ToolProcess.Start(names, "echo", "--json");
        await Files.AppearAsync(names.SocketPath);
        await using ToolProcess second = ToolProcess.Start(names, "echo", "--json");
        ToolResult refused = (await second.EndAsync()).MustExit(1);
        Assert.Contains("A living process listens there", refused.ErrorLine, StringComparison.Ordinal);
        await using ToolProcess ping = ToolProcess.Start(names, "ping", "--json");
        (await ping.EndAsync()).MustSucceed();
        (await first.EndAsync()).MustSucceed();
    }

    [Fact]
    public async Task TheDeathOfTheAnsweringSideIsNoticedAtOnce()
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo");
        await using ToolProcess flood = ToolProcess.Start(names, "flood", Endless);
        await flood.WaitForLinkAsync();
        echo.Kill();
        ToolResult result = (await flood.EndAsync()).MustExit(1);
        Assert.Contains("the peer went away", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Elapsed, TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task TheDeathOfTheAskingSideIsNoticedAtOnce()
    {
        using var names = new LinkNames();
        await using ToolProcess echo = ToolProcess.Start(names, "echo", "--json");
        await using ToolProcess flood = ToolProcess.Start(names, "flood", Endless);
        await flood.WaitForLinkAsync();
        flood.Kill();
        ToolResult result = (await echo.EndAsync()).MustExit(1);
        Assert.Contains("the peer went away", result.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStackTraceIsForTheVerboseOnly()
    {
        using var names = new LinkNames();
        string[] arguments = ["ping", .. names.Arguments, "--timeout", "0.2", "--json"];
        ToolResult quiet = (await ToolProcess.RunAsync(arguments)).MustExit(1);
        Assert.DoesNotContain("   at ", quiet.Error, StringComparison.Ordinal);
        ToolResult verbose = (await ToolProcess.RunAsync([.. arguments, "--verbose"])).MustExit(1);
        Assert.Contains("   at ", verbose.Error, StringComparison.Ordinal);
    }
}
