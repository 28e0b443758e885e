// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.UserModeLinux;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Kernel.Tests.VhostUser;

/// <summary>The kernel's RPMsg stack with this library's remote behind vhost-user.</summary>
public sealed class KernelConversationTests
{
    private const ulong NameService = 1;
    private const ulong Indirect = 1UL << 28;
    private const ulong EventIndex = 1UL << 29;
    private const ulong Version1 = 1UL << 32;
    private const ulong BackEndRequests = 0x20;
    private const ulong ReplyAck = 0x08;
    private const ulong InBand = 0x4000;

    [Theory]
    [InlineData(NameService | Version1, BackEndRequests)]
    [InlineData(NameService | Version1, BackEndRequests | ReplyAck)]
    [InlineData(NameService | Version1, BackEndRequests | ReplyAck | InBand)]
    [InlineData(NameService | Version1, BackEndRequests | InBand)]
    [InlineData(NameService, BackEndRequests)]
    [InlineData(Version1, BackEndRequests)]
    [InlineData(NameService | Version1 | EventIndex, BackEndRequests)]
    [InlineData(NameService | Version1 | EventIndex | Indirect, BackEndRequests | ReplyAck | InBand)]
    [InlineData(NameService | Version1 | Indirect, BackEndRequests)]
    public async Task TheKernelTalksWithEachSetOfFeatures(ulong features, ulong protocol)
    {
        await using KernelRemote remote = new(new VirtioFeatures(features), (VhostUserProtocolFeatures)protocol);
        await using LinuxGuest guest = await remote.StartGuestAsync();
        await using RpmsgLink link = await remote.AcceptAsync();
        _ = await guest.WaitForLogAsync("rpmsg host is online", TestGuest.Token);
        await GuestRoundTrip.RunAsync(guest, 500);
        if ((features & NameService) != 0)
        {
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("rpmsg-raw", null, TestGuest.Token);
            string find = $"until ls /sys/bus/rpmsg/devices | grep 'rpmsg-raw.-1.{endpoint.LocalAddress}'; "
                + "do sleep 0.05; done";
            _ = (await guest.RunAsync(find, TestGuest.Token)).Required();
        }

        Assert.Equal(0UL, link.GetStatistics().PeerFaults);
        await guest.ShutdownAsync(TestGuest.Token);
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion);
        Assert.Empty(remote.Faults);
        TestGuest.AssertNoWarning(guest);
    }

    [Fact]
    public async Task AllThatIsOfferedByDefaultWorksWithTheKernel()
    {
        await using KernelRemote remote = new();
        await using LinuxGuest guest = await remote.StartGuestAsync();
        await using RpmsgLink link = await remote.AcceptAsync();
        await GuestRoundTrip.RunAsync(guest, 1_000, bytes: 496);
        Assert.Empty(remote.Faults);
        TestGuest.AssertNoWarning(guest);
    }

    [Fact]
    public async Task ThirtyThousandRoundTripsGiveNoKernelWarning()
    {
        await using KernelRemote remote = new();
        await using LinuxGuest guest = await remote.StartGuestAsync();
        await using RpmsgLink link = await remote.AcceptAsync();
        await GuestRoundTrip.RunAsync(guest, 30_000);
        RpmsgLinkStatistics statistics = link.GetStatistics();
        Assert.Equal(30_000UL, statistics.MessagesReceived);
        Assert.Equal(30_000UL, statistics.MessagesSent);
        Assert.Equal(0UL, statistics.PeerFaults);
        Assert.Empty(remote.Faults);
        TestGuest.AssertNoWarning(guest);
    }

    [Fact]
    public async Task TheNextKernelIsServedWhenTheLastHasEnded()
    {
        await using KernelRemote remote = new();
        for (int round = 0; round < 3; round++)
        {
            await using LinuxGuest guest = await remote.StartGuestAsync();
            await using RpmsgLink link = await remote.AcceptAsync();
            await GuestRoundTrip.RunAsync(guest, 10);
            await guest.DisposeAsync();
            Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion);
        }
    }
}
