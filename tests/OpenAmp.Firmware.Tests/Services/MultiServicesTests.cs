// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

public sealed class MultiServicesTests
{
    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TheSampleAnswersAHundredMessagesAndLeaves(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("multi-services", name);
        await using RpmsgEndpoint sample = await board.ConnectAsync("rpmsg-client-sample");
        Assert.Equal(0x400u, sample.RemoteAddress);
        for (int i = 1; i <= 100; i++)
        {
            string text = i == 100 ? "goodbye!" : "hello world!";
            Assert.Equal(text, await board.AskAsync(sample, text));
        }

        Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await sample.Completion.WaitAsync(board.Token));
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TerminalRawAndFixedEndpointAnswerWithTheirPrefixes(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("multi-services", name);
        await using RpmsgEndpoint terminal = await board.ConnectAsync("rpmsg-tty");
        await using RpmsgEndpoint raw = await board.ConnectAsync("rpmsg-raw");
        await using RpmsgEndpoint first = board.Link.CreateEndpoint(new() { RemoteAddress = 1 });
        await using RpmsgEndpoint second = board.Link.CreateEndpoint(new() { RemoteAddress = 1 });
        Assert.Equal("TTY 0: hello", await board.AskAsync(terminal, "hello"));
        Assert.Equal("from ept 0x0402: hello", await board.AskAsync(raw, "hello"));
        Assert.Equal("from ept 0x0001: one", await board.AskAsync(first, "one"));
        Assert.Equal("from ept 0x0001: two", await board.AskAsync(second, "two"));
        await first.DisposeAsync();
        Assert.Equal("from ept 0x0001: still", await board.AskAsync(second, "still"));
    }

    [Fact]
    public async Task AnAnswerThatDoesNotFitBesideItsPrefixComesInTwoMessages()
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("multi-services", "mps2-an386");
        await using RpmsgEndpoint raw = await board.ConnectAsync("rpmsg-raw");
        string longest = new('x', 496);
        string answer = await board.AskAsync(raw, longest) + await board.HearAsync(raw);
        Assert.Equal("from ept 0x0402: " + longest, answer);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task ATerminalThatTheHostCreatesIsBoundAndLetGoOf(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("multi-services", name);
        await using RpmsgEndpoint offered = await board.ConnectAsync("rpmsg-tty");
        for (int round = 0; round < 50; round++)
        {
            // More rounds than there are places: each is free again once the host's end has ceased.
            await using RpmsgEndpoint created = await board.Link.CreateEndpointAsync("rpmsg-tty", null, board.Token);
            Assert.Equal("bound", await board.HearAsync(created));
            Assert.Equal("TTY 1: hello", await board.AskAsync(created, "hello"));
            Assert.Equal("TTY 0: hello", await board.AskAsync(offered, "hello"));
        }
    }

    [Fact]
    public async Task ItBeatsForAsLongAsItRunsAndSaysSoToWhoeverListens()
    {
        var timeout = TimeSpan.FromSeconds(10);
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("multi-services", "mps2-an386", new()
        {
            Heartbeat = new HeartbeatOptions { Timeout = timeout },
        });
        await using RpmsgEndpoint beats = await board.Link.CreateEndpointAsync("rpmsg-heartbeat", null, board.Token);
        using RpmsgMessage first = await beats.ReceiveAsync(board.Token);
        Assert.Equal(sizeof(uint), first.Payload.Length);
        Assert.Equal(StopOutcome.Acknowledged, await board.Processor.StopAsync(board.Token));
    }
}
