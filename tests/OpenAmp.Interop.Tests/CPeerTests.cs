// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Interop.Tests;

/// <summary>The oracle against itself: it accepts what is right, and its strict side refuses each defect.</summary>
public sealed class CPeerTests(CPeer peer)
{
    private static readonly VirtioRole[] Roles = [VirtioRole.Driver, VirtioRole.Device];
    private static readonly SocketSide[] Sides = [SocketSide.Server, SocketSide.Client];

    public static MatrixTheoryData<(string Echo, string Ping), VirtioRole, SocketSide> Pairs { get; } = new(
        [
            ("echo", "ping"), ("echo", "flood"), ("nocopy-echo", "nocopy-ping"), ("sample-echo", "sample-ping"),
            ("matrix-server", "matrix-client"), ("echo", "nocopy-ping"), ("nocopy-echo", "ping"),
        ],
        Roles,
        Sides);

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task AgreesWithItselfStrictly((string Echo, string Ping) pair, VirtioRole role, SocketSide socket)
    {
        using var names = new LinkNames();
        SideCommand echo = peer.Command(pair.Echo, role, socket, names, "--strict");
        SideCommand ping = peer.Command(
            pair.Ping, LinkArguments.Opposite(role), LinkArguments.Opposite(socket), names, "--strict");
        await InteropRun.MustSucceedAsync(echo, ping, names);
    }

    [Theory]
    [InlineData("echo", "ping")]
    [InlineData("nocopy-echo", "nocopy-ping")]
    [InlineData("matrix-server", "matrix-client")]
    public async Task ShutdownWordEndsTheEchoSide(string echo, string ping)
    {
        using var names = new LinkNames();
        await InteropRun.MustSucceedAsync(
            peer.Command(echo, VirtioRole.Device, SocketSide.Server, names, "--strict"),
            peer.Command(ping, VirtioRole.Driver, SocketSide.Client, names, "--strict", "--shutdown"),
            names);
    }

    [Theory]
    [InlineData("used-len-zero", VirtioRole.Device, "used.len is 0")]
    [InlineData("used-len-message", VirtioRole.Device, "used.len is 56")]
    [InlineData("used-id", VirtioRole.Device, "names descriptor 300")]
    [InlineData("used-jump", VirtioRole.Device, "used.idx went from 0 to 300")]
    [InlineData("avail-id", VirtioRole.Driver, "names descriptor 300")]
    [InlineData("avail-jump", VirtioRole.Driver, "avail.idx went from 0 to 300")]
    [InlineData("desc-len", VirtioRole.Driver, "len is 56 and not 512")]
    [InlineData("hdr-len", VirtioRole.Driver, "message of 600 bytes in a buffer of 512")]
    [InlineData("hdr-len", VirtioRole.Device, "message of 600 bytes in a buffer of 512")]
    [InlineData("table", VirtioRole.Driver, "resource table: byte 0x54")]
    [InlineData("table", VirtioRole.Device, "resource table: byte 0x54")]
    [InlineData("status", VirtioRole.Driver, "0x07")]
    [InlineData("gfeatures", VirtioRole.Driver, "0x20")]
    [InlineData("kick", VirtioRole.Driver, "a notification is the byte 0x02")]
    [InlineData("kick", VirtioRole.Device, "a notification is the byte 0x02")]
    [InlineData("ns-name", VirtioRole.Driver, "the name has no end")]
    [InlineData("ns-name", VirtioRole.Device, "the name has no end")]
    [InlineData("ns-src", VirtioRole.Driver, "src 0x35")]
    [InlineData("ns-src", VirtioRole.Device, "src 0x35")]
    [InlineData("ns-len", VirtioRole.Driver, "36 bytes and not 40")]
    [InlineData("ns-len", VirtioRole.Device, "36 bytes and not 40")]
    [InlineData("leave", VirtioRole.Driver, "the peer closed its socket")]
    [InlineData("leave", VirtioRole.Device, "the peer closed its socket")]
    public async Task StrictSideRefusesADefectOfTheOther(string defect, VirtioRole committedBy, string complaint)
    {
        using var names = new LinkNames();
        (SideResult strict, SideResult planted) = await InteropRun.RunAsync(
            peer.Command("ping", LinkArguments.Opposite(committedBy), SocketSide.Client, names, "--strict"),
            peer.Command("echo", committedBy, SocketSide.Server, names, "--plant", defect));
        Assert.True(strict.ExitCode == 1, strict.Describe() + planted.Describe());
        Assert.Contains(complaint, strict.Error, StringComparison.Ordinal);
        Assert.Single(strict.Error.TrimEnd().Split('\n'));
        InteropRun.MustLeaveNoProcess(names);
    }

    [Fact]
    public async Task DriverTakesTheReturnedLengthForTheSizeOfItsTransmitBuffer()
    {
        using var names = new LinkNames();
        (SideResult driver, SideResult device) = await InteropRun.RunAsync(
            peer.Command("ping", VirtioRole.Driver, SocketSide.Client, names),
            peer.Command("echo", VirtioRole.Device, SocketSide.Server, names, "--plant", "used-len-zero"));
        Assert.True(driver.ExitCode == 1, driver.Describe() + device.Describe());

        // At which message depends on when the device gives the first buffer back.
        Assert.Contains("bytes asked for, result -16", driver.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadlineEndsASideThatNobodyConnectsTo()
    {
        using var names = new LinkNames();
        SideCommand alone = peer.Command(
            "echo", VirtioRole.Device, SocketSide.Server, names, "--timeout", "1");
        await using Side side = Side.Start(alone, TestContext.Current.CancellationToken);
        SideResult result = await side.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(result.ExitCode == 3, result.Describe());
    }
}
