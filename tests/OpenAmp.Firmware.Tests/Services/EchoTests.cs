// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

public sealed class EchoTests
{
    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TwentyThousandMessagesComeBackAndNoneIsCorrupt(string name)
    {
        const int Count = 20_000;
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("echo", name);
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        await board.EchoAsync(echo, Count);
        Assert.Equal(0UL, board.Link.GetStatistics().PeerFaults);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task SingleMessagesWithBothSidesAsleepBetweenThemAreEachAnswered(string name)
    {
        // A lost kick would leave a message unanswered until the next, and here there is no next.
        const int Count = 1000;
        var perMessage = TimeSpan.FromSeconds(20);
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("echo", name, new()
        {
            Rpmsg = new() { Link = new() { WaitMode = WaitMode.InterruptOnly } },
        });
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal($"{i}", await board.AskAsync(echo, $"{i}").WaitAsync(perMessage, board.Token));
            if (i % 100 == 0)
            {
                await Task.Delay(2, board.Token);
            }
        }
    }

    [Theory]
    [InlineData("mps2-an386")]
    public async Task TwoHundredRestartsEachAnswer(string name)
    {
        const int Count = 200;
        await using FirmwareBoard board = await FirmwareBoard.LoadAsync("echo", name);
        for (int i = 0; i < Count; i++)
        {
            await board.Processor.StartAsync(board.Token);
            await using (RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo))
            {
                Assert.Equal("again", await board.AskAsync(echo, "again"));
            }

            await board.Processor.StopAsync(board.Token);
        }
    }
}
