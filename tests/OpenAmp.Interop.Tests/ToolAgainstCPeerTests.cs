// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Interop.Tests;

/// <summary>Each command of the tool against the strict C peer, in both roles and on both socket sides.</summary>
public sealed class ToolAgainstCPeerTests(CPeer peer)
{
    private static readonly VirtioRole[] Roles = [VirtioRole.Driver, VirtioRole.Device];
    private static readonly SocketSide[] Sides = [SocketSide.Server, SocketSide.Client];

    public static MatrixTheoryData<(string Tool, string Peer), VirtioRole, SocketSide> Pairs { get; } = new(
        [
            ("echo", "ping"), ("echo", "flood"), ("echo", "nocopy-ping"),
            ("ping", "echo"), ("ping", "nocopy-echo"),
            ("flood", "echo"), ("flood", "nocopy-echo"),
            ("nocopy-echo", "ping"), ("nocopy-echo", "flood"), ("nocopy-echo", "nocopy-ping"),
            ("nocopy-ping", "echo"), ("nocopy-ping", "nocopy-echo"),
            ("sample-echo", "sample-ping"), ("sample-ping", "sample-echo"),
            ("matrix-server", "matrix-client"), ("matrix-client", "matrix-server"),
        ],
        Roles,
        Sides);

    public static MatrixTheoryData<(string Tool, string Peer), VirtioRole> PairsWithASilentPeer { get; } = new(
        [
            ("echo", "ping"), ("nocopy-echo", "nocopy-ping"), ("sample-echo", "sample-ping"),
            ("matrix-server", "matrix-client"),
        ],
        Roles);

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task BothSidesEndWell((string Tool, string Peer) pair, VirtioRole role, SocketSide socket)
    {
        using var names = new LinkNames();
        (SideResult tool, _) = await RunAsync(pair, role, socket, names);
        MustBeJson(tool);
    }

    /// <summary>A peer that makes its endpoint on hearing of ours announces nothing: its first message binds.</summary>
    [Theory]
    [MemberData(nameof(PairsWithASilentPeer))]
    public async Task FirstMessageBindsAPeerThatAnnouncesNothing((string Tool, string Peer) pair, VirtioRole role)
    {
        using var names = new LinkNames();
        await RunAsync(pair, role, SocketSide.Server, names, "--bind-late");
    }

    /// <summary>The peer keeps its endpoint and its socket until this side has destroyed its own.</summary>
    [Theory]
    [InlineData("echo", "ping", VirtioRole.Device)]
    [InlineData("echo", "flood", VirtioRole.Driver)]
    [InlineData("nocopy-echo", "nocopy-ping", VirtioRole.Device)]
    [InlineData("matrix-server", "matrix-client", VirtioRole.Device)]
    public async Task ShutdownWordEndsTheEchoSide(string command, string peerCommand, VirtioRole role)
    {
        using var names = new LinkNames();
        await RunAsync((command, peerCommand), role, SocketSide.Server, names, "--shutdown");
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task EchoOutlastsAFloodThatFillsAndWrapsTheRings(VirtioRole role)
    {
        using var names = new LinkNames();
        await RunAsync(("echo", "flood"), role, SocketSide.Server, names, "--count", "150");
    }

    /// <summary>Nobody clears the memory between runs, and the last run's status byte still says DRIVER_OK.</summary>
    [Fact]
    public async Task RemainsOfEarlierRunsDoNoHarm()
    {
        using var names = new LinkNames();
        foreach (VirtioRole role in (VirtioRole[])[VirtioRole.Device, VirtioRole.Device, VirtioRole.Driver])
        {
            await RunAsync(("echo", "flood"), role, SocketSide.Server, names);
            await RunAsync(("ping", "echo"), role, SocketSide.Client, names);
        }
    }

    [Theory]
    [InlineData("used-id", "ping", VirtioRole.Driver, "echo")]
    [InlineData("used-jump", "ping", VirtioRole.Driver, "echo")]
    [InlineData("hdr-len", "ping", VirtioRole.Driver, "echo")]
    [InlineData("avail-id", "echo", VirtioRole.Device, "ping")]
    [InlineData("avail-jump", "echo", VirtioRole.Device, "ping")]
    [InlineData("hdr-len", "ping", VirtioRole.Device, "echo")]
    [InlineData("leave", "ping", VirtioRole.Driver, "echo")]
    [InlineData("leave", "echo", VirtioRole.Device, "ping")]
    public async Task ReportsAPeerThatBreaksTheRules(string defect, string command, VirtioRole role, string peerCommand)
    {
        using var names = new LinkNames();
        SideCommand theirs = peer.Command(
            peerCommand, LinkArguments.Opposite(role), SocketSide.Client, names, "--timeout", "5", "--plant", defect);
        (SideResult tool, SideResult planted) = await InteropRun.RunAsync(
            Tool.Command(command, role, SocketSide.Server, names), theirs);

        // 128 and more: ended by a signal, which is what must never happen.
        Assert.True(tool.ExitCode is > 0 and < 128, tool.Describe() + "\n" + planted.Describe());
        Assert.DoesNotContain("Unhandled exception", tool.Error, StringComparison.Ordinal);
        InteropRun.MustLeaveNoProcess(names);
    }

    private async Task<(SideResult Tool, SideResult Peer)> RunAsync(
        (string Tool, string Peer) pair, VirtioRole role, SocketSide socket, LinkNames names, params string[] peerExtra)
    {
        SideCommand theirs = peer.Command(
            pair.Peer,
            LinkArguments.Opposite(role),
            LinkArguments.Opposite(socket),
            names,
            ["--strict", "--verbose", .. peerExtra]);
        return await InteropRun.MustSucceedAsync(Tool.Command(pair.Tool, role, socket, names), theirs, names);
    }

    /// <summary>One document, or one document a line.</summary>
    private static void MustBeJson(SideResult tool)
    {
        string text = tool.Output.Trim();
        Assert.True(IsJson(text) || text.Split('\n').All(IsJson), "Expected JSON on stdout." + tool.Describe());
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
