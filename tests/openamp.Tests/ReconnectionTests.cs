// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>A side that serves on outlives every peer, however that one ends.</summary>
public sealed class ReconnectionTests
{
    private static readonly string[] Endless = ["--count", "1000000", "--json"];

    [Theory]
    [InlineData("echo", "ping", 1)]
    [InlineData("echo", "ping", 2)]
    [InlineData("nocopy-echo", "nocopy-ping", 3)]
    [InlineData("matrix-server", "matrix-client", 4)]
    [InlineData("sample-echo", "sample-ping", 5)]
    public async Task ServesThreePeersInARowOneOfThemKilled(string answering, string asking, int seed)
    {
        var random = new Random(seed);
        using var names = new LinkNames();
        await using ToolProcess server = ToolProcess.Start(names, answering, "--keep-serving", "--json");
        await RunOnePeerAsync(names, asking);
        await using (ToolProcess victim = ToolProcess.Start(names, asking, "--json"))
        {
            await DelayAsync(random, maxMilliseconds: 300);
            victim.Kill();
        }

        await RunOnePeerAsync(names, asking);
        server.Interrupt();
        ToolResult served = (await server.EndAsync()).MustExit(130);
        Assert.InRange(served.Json().GetProperty("peers").GetInt32(), 2, 3);
    }

    /// <summary>The one that lives on is the socket's server or its client, the driver or the device.</summary>
    [Theory]
    [InlineData("server", "device", 11)]
    [InlineData("client", "driver", 12)]
    public async Task OutlivesPeersThatAreKilledAtRandomMoments(string side, string role, int seed)
    {
        const int Rounds = 12;
        string otherSide = side == "server" ? "client" : "server";
        string otherRole = role == "driver" ? "device" : "driver";
        var random = new Random(seed);
        using var names = new LinkNames();
        await using ToolProcess survivor = ToolProcess.Start(
            names, "echo", "--keep-serving", "--json", "--socket", side, "--role", role);
        for (int round = 0; round < Rounds; round++)
        {
            await using ToolProcess victim = ToolProcess.Start(
                names, "flood", [.. Endless, "--socket", otherSide, "--role", otherRole]);
            await DelayAsync(random, maxMilliseconds: 500);
            victim.Kill();
        }

        await RunOnePeerAsync(names, "ping", "--socket", otherSide, "--role", otherRole);
        survivor.Interrupt();
        JsonElement report = (await survivor.EndAsync()).MustExit(130).Json();
        Assert.Equal(0, report.GetProperty("peerFaults").GetInt64());
        Assert.True(report.GetProperty("lostPeers").GetInt32() > 0, "No peer died while it was served: not a test.");
    }

    [Fact]
    public async Task AnAskingSideNoticesAtEveryMomentThatTheOtherIsKilled()
    {
        const int Rounds = 10;
        var random = new Random(13);
        using var names = new LinkNames();
        for (int round = 0; round < Rounds; round++)
        {
            await using ToolProcess echo = ToolProcess.Start(names, "echo", "--json");
            await using ToolProcess flood = ToolProcess.Start(names, "flood", [.. Endless, "-v", "--timeout", "5"]);
            await flood.WaitForLinkAsync();
            await DelayAsync(random, maxMilliseconds: 50);
            echo.Kill();
            (await flood.EndAsync()).MustExit(1);
        }

        await using ToolProcess next = ToolProcess.Start(names, "echo", "--json");
        await RunOnePeerAsync(names, "ping");
        (await next.EndAsync()).MustSucceed();
    }

    private static async Task RunOnePeerAsync(LinkNames names, string command, params string[] options)
    {
        await using ToolProcess peer = ToolProcess.Start(names, command, ["--json", "--timeout", "20", .. options]);
        (await peer.EndAsync()).MustSucceed();
    }

    // The moment of the kill is what is tested; nothing is waited for.
    [SuppressMessage("Security", "CA5394", Justification = "A seed that can be run again is the point.")]
    private static Task DelayAsync(Random random, int maxMilliseconds)
        => Task.Delay(random.Next(maxMilliseconds), TestContext.Current.CancellationToken);
}
