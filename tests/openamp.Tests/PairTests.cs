// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Each command against its counterpart, both the real tool, in both roles and on both socket sides.</summary>
public sealed class PairTests
{
    private static readonly string[] Roles = ["driver", "device"];
    private static readonly string[] Sides = ["server", "client"];

    private static readonly (string Asking, string Answering, long Messages)[] Commands =
    [
        ("ping", "echo", 480), ("flood", "echo", 48_000), ("nocopy-ping", "nocopy-echo", 480),
        ("flood", "nocopy-echo", 48_000), ("ping", "nocopy-echo", 480), ("sample-ping", "sample-echo", 100),
        ("matrix-client", "matrix-server", 200),
    ];

    public static MatrixTheoryData<(string Asking, string Answering, long Messages), string, string> Pairs { get; }
        = new(Commands, Roles, Sides);

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task BothSidesEndWellAndCountTheSame(
        (string Asking, string Answering, long Messages) pair, string role, string side)
    {
        using var names = new LinkNames();
        await using ToolProcess answering = ToolProcess.Start(
            names, pair.Answering, "--role", Other(role), "--socket", Other(side), "--json");
        await using ToolProcess asking = ToolProcess.Start(
            names, pair.Asking, "--role", role, "--socket", side, "--json");
        JsonElement report = (await asking.EndAsync()).MustSucceed();
        Assert.Equal(pair.Messages, report.GetProperty("messages").GetInt64());
        Assert.Equal(role, report.GetProperty("role").GetString());
        Assert.Equal(side, report.GetProperty("socket").GetString());
        Assert.Equal(0, report.GetProperty("peerFaults").GetInt64());
        bool hasRoundTrips = report.GetProperty("roundTripMicroseconds").ValueKind == JsonValueKind.Object;
        Assert.Equal(pair.Asking != "flood", hasRoundTrips);
        Assert.Equal(pair.Messages, (await answering.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
    }

    [Theory]
    [InlineData("driver", "server")]
    [InlineData("device", "server")]
    [InlineData("driver", "client")]
    [InlineData("device", "client")]
    public async Task EventFdsRingAsWellAsBytes(string role, string side)
    {
        using var names = new LinkNames();
        await using ToolProcess answering = ToolProcess.Start(
            names, "echo", "--role", Other(role), "--socket", Other(side), "--doorbell", "eventfd", "--json");
        await using ToolProcess asking = ToolProcess.Start(
            names, "ping", "--role", role, "--socket", side, "--doorbell", "eventfd", "--wait", "interrupt", "--json");
        Assert.Equal(480, (await asking.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
        (await answering.EndAsync()).MustSucceed();
    }

    [Theory]
    [InlineData("adaptive", "interrupt")]
    [InlineData("interrupt", "poll")]
    [InlineData("poll", "adaptive")]
    public async Task EveryWayToWaitServesEveryOther(string askingWait, string answeringWait)
    {
        using var names = new LinkNames();
        await using ToolProcess answering = ToolProcess.Start(names, "echo", "--json", "--wait", answeringWait);
        await using ToolProcess asking = ToolProcess.Start(
            names, "flood", "--json", "--wait", askingWait, "--count", "10");
        (await asking.EndAsync()).MustSucceed();
        (await answering.EndAsync()).MustSucceed();
    }

    [Theory]
    [InlineData("ping", "echo", 480L)]
    [InlineData("nocopy-ping", "nocopy-echo", 480L)]
    [InlineData("flood", "echo", 480L)]
    public async Task MessagesMayHaveTheWordsOfA32BitPeer(string asking, string answering, long messages)
    {
        using var names = new LinkNames();
        await using ToolProcess server = ToolProcess.Start(names, answering, "--json");
        string[] count = asking == "flood" ? ["--count", "1"] : [];
        await using ToolProcess client = ToolProcess.Start(
            names, asking, ["--json", "--payload-header", "4", .. count]);
        JsonElement report = (await client.EndAsync()).MustSucceed();

        // Two words of 4 bytes, and 1 to 480 bytes.
        Assert.Equal((messages * 8) + (480 * 481 / 2), report.GetProperty("bytes").GetInt64());
        (await server.EndAsync()).MustSucceed();
    }

    [Fact]
    public async Task PeopleGetATable()
    {
        using var names = new LinkNames();
        await using ToolProcess server = ToolProcess.Start(names, "echo");
        await using ToolProcess client = ToolProcess.Start(names, "ping");
        ToolResult asked = (await client.EndAsync()).MustExit(0);
        Assert.Contains("p50 µs", asked.Output, System.StringComparison.Ordinal);
        Assert.Contains("480", asked.Output, System.StringComparison.Ordinal);
        Assert.Empty(asked.Error);
        ToolResult answered = (await server.EndAsync()).MustExit(0);
        Assert.Contains("Messages", answered.Output, System.StringComparison.Ordinal);
        Assert.DoesNotContain("p50", answered.Output, System.StringComparison.Ordinal);
    }

    private static string Other(string word) => word switch
    {
        "driver" => "device",
        "device" => "driver",
        "server" => "client",
        _ => "server",
    };
}
