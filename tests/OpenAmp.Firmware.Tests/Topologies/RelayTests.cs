// SPDX-License-Identifier: BSD-3-Clause

using System.Text;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Topologies;

/// <summary>The chain: this process, a microcontroller, and a second one behind it.</summary>
public sealed class RelayTests
{
    [Fact]
    public async Task TheServicesBehindARelayAreReachedAsIfItWereNotThere()
    {
        await using TwoBoards boards = await TwoBoards.StartAsync("relay", "demo");
        await using RpmsgEndpoint echo = await boards.First.ConnectAsync(FirmwareBoard.Echo);
        await boards.First.EchoAsync(echo, 20_000, atOnce: 32);
        await using RpmsgEndpoint sample = await boards.First.ConnectAsync("rpmsg-client-sample");
        Assert.Equal("hello world!", await boards.First.AskAsync(sample, "hello world!"));
        Assert.Equal(0UL, boards.First.Link.GetStatistics().PeerFaults);
    }

    [Fact]
    public async Task ACrashBehindTheRelayEndsItsServicesAndTheyComeBackWithItsNextLife()
    {
        await using TwoBoards boards = await TwoBoards.StartAsync("relay", "demo");
        for (int life = 1; life <= 3; life++)
        {
            await using RpmsgEndpoint echo = await boards.First.ConnectAsync(FirmwareBoard.Echo);
            Assert.Equal("alive", await boards.First.AskAsync(echo, "alive"));
            await using RpmsgEndpoint crash = await boards.First.ConnectAsync("openamp-demo-crash");
            await crash.SendAsync("now"u8.ToArray(), boards.First.Token);
            Assert.Equal(
                RpmsgCloseReason.RemoteDestroyed, await echo.Completion.WaitAsync(boards.First.Token));
            await boards.SecondTrace.WaitForAsync("asked to crash", life, boards.First.Token);
            await boards.RestartSecondAsync();
        }
    }

    [Fact]
    public async Task WhoDoesNotReadHoldsTheChainUpAndNothingIsLost()
    {
        // More than all rings of the chain hold: 16 buffers a direction and board, and one in the relay.
        const int Count = 500;
        await using TwoBoards boards = await TwoBoards.StartAsync("relay", "demo");
        await using RpmsgEndpoint echo = await boards.First.Link.ConnectAsync(
            FirmwareBoard.Echo,
            new RpmsgEndpointOptions
            {
                Announce = false,
                ReceiveQueueCapacity = 4,
                WhenFull = ReceiveFullMode.PauseLink,
            },
            boards.First.Token);
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                await echo.SendAsync(Encoding.UTF8.GetBytes($"{i}"), boards.First.Token);
            }
        }, boards.First.Token);
        await Task.Delay(500, boards.First.Token);
        Assert.False(sending.IsCompleted, "All of it went out although nobody reads the answers.");
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal($"{i}", await boards.First.HearAsync(echo));
        }

        await sending;
    }
}
