// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>A front end that follows the protocol, with this library's own driver behind it.</summary>
public sealed class VhostUserConversationTests
{
    private const ulong NameService = 1;
    private const ulong Version1 = 1UL << 32;
    private const ulong Indirect = 1UL << 28;
    private const ulong EventIndex = 1UL << 29;
    private const ulong Modern = NameService | Version1 | FrontEnd.ProtocolFeaturesBit;

    private const VhostUserProtocolFeatures Default =
        VhostUserProtocolFeatures.ReplyAck | VhostUserProtocolFeatures.BackEndRequests;

    [Theory]
    [InlineData(Modern)]
    [InlineData(NameService | FrontEnd.ProtocolFeaturesBit)]
    [InlineData(Version1 | FrontEnd.ProtocolFeaturesBit)]
    [InlineData(Modern | EventIndex)]
    [InlineData(Modern | EventIndex | Indirect)]
    [InlineData(NameService)]
    public async Task MessagesGoBothWaysWithEachSetOfFeatures(ulong features)
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        bool hasProtocol = (features & FrontEnd.ProtocolFeaturesBit) != 0;
        frontEnd.Negotiate(features, hasProtocol ? Default : VhostUserProtocolFeatures.None);
        frontEnd.Tell(Request.SetMemTable, [1, .. FrontEnd.Region()], frontEnd.Memory.Handle);
        rings.Bind(hasProtocol);
        bool nameService = (features & NameService) != 0;
        await using RpmsgLink driver = rings.StartDriver((features & EventIndex) != 0, nameService);
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 300);
        if (nameService)
        {
            ValueTask<RpmsgEndpoint> found = driver.ConnectAsync("service", BackEnd.Deadline);
            await using RpmsgEndpoint service = await device.CreateEndpointAsync("service", null, BackEnd.Deadline);
            await using RpmsgEndpoint endpoint = await found;
            Assert.Equal(service.LocalAddress, endpoint.RemoteAddress);
        }
    }

    [Fact]
    public async Task HundredRebindsGiveHundredLinksAndLeakNothing()
    {
        int before = MeetingPlace.SettledDescriptors;
        await using (BackEnd backEnd = new())
        {
            using FrontEnd frontEnd = backEnd.Connect();
            frontEnd.Negotiate(Modern, Default);
            for (int round = 0; round < 100; round++)
            {
                using FrontEndRings rings = new(frontEnd);
                frontEnd.Tell(Request.SetFeatures, [Modern]);
                frontEnd.ShareMemory();
                rings.Bind();
                await using RpmsgLink driver = rings.StartDriver();
                await using RpmsgLink device = await backEnd.AcceptAsync();
                await BackEnd.EchoAsync(driver, 2);
                rings.Unbind();
                Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
            }

            Assert.Empty(backEnd.Refusals);
        }

        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public async Task KicksBeforeAllRingsAreThereAreActedOnWhenTheyAre()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Describe(0);
        rings.Describe(1);
        rings.Start(0);
        rings.Enable(0);
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgEndpoint endpoint = driver.CreateEndpoint(new() { RemoteAddress = BackEnd.EchoAddress });
        await endpoint.SendAsync(new byte[] { 1, 2, 3 }, BackEnd.Deadline);

        // An answer proves that the kicks were seen before the ring.
        _ = frontEnd.AskWord(Request.GetFeatures);
        rings.Start(1);
        rings.Enable(1);
        await using RpmsgLink device = await backEnd.AcceptAsync();
        using RpmsgMessage answer = await endpoint.ReceiveAsync(BackEnd.Deadline);
        Assert.Equal([1, 2, 3], answer.Payload.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KicksAndCallsTravelAsMessagesWhenThatIsNegotiated(bool saysSo)
    {
        const VhostUserProtocolFeatures InBand = Default | VhostUserProtocolFeatures.InBandNotifications;
        await using BackEnd backEnd = new(InBand);
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd, inBand: true) { IsStartImplied = !saysSo };
        using BackEndRequests requests = new(rings.Call);
        frontEnd.Negotiate(Modern, InBand);
        frontEnd.Tell(Request.SetBackendReqFd, [], requests.BackEndsSide);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 300);
        Assert.True(requests.CallCount > 0);
    }

    [Fact]
    public async Task TheNextFrontEndIsServedWhenTheLastHasLeft()
    {
        await using BackEnd backEnd = new();
        for (int round = 0; round < 3; round++)
        {
            using FrontEnd frontEnd = backEnd.Connect();
            using FrontEndRings rings = new(frontEnd);
            frontEnd.Negotiate(Modern, Default);
            frontEnd.ShareMemory();
            rings.Bind();
            await using RpmsgLink driver = rings.StartDriver();
            await using RpmsgLink device = await backEnd.AcceptAsync();
            await BackEnd.EchoAsync(driver, 3);
            frontEnd.Leave();
            Assert.Null(await backEnd.NextLeftAsync());
            Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        }
    }

    [Fact]
    public async Task NewMemoryUnderRunningRingsGivesANewLinkThatGoesOnWhereTheOldOneStopped()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        for (int round = 0; round < 3; round++)
        {
            await using RpmsgLink device = await backEnd.AcceptAsync();
            await BackEnd.EchoAsync(driver, 100);
            frontEnd.ShareMemory();
            Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        }

        await BackEnd.EchoAsync(driver, 100);
    }

    [Fact]
    public async Task ARingThatIsStoppedTellsWhereItStoppedAndGoesOnThere()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 7);

        Assert.Equal(FrontEnd.Pair(0, 7), frontEnd.AskWord(Request.GetVringBase, 0));
        Assert.Equal(FrontEnd.Pair(1, 7), frontEnd.AskWord(Request.GetVringBase, 1));
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);

        for (uint queue = 0; queue < 2; queue++)
        {
            frontEnd.Tell(Request.SetVringBase, [FrontEnd.Pair(queue, 7)]);
            rings.Start((int)queue);
        }

        await using RpmsgLink next = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 100);
    }

    [Fact]
    public async Task BuffersThatAProgramHoldsAreNotTakenTwiceWhenTheRingsGoOn()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await using RpmsgEndpoint endpoint = device.CreateEndpoint(new() { RemoteAddress = 0x123 });
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer held));
        await BackEnd.EchoAsync(driver, 3);
        Assert.Equal(FrontEnd.Pair(0, 4), frontEnd.AskWord(Request.GetVringBase, 0));
        Assert.Equal(FrontEnd.Pair(1, 3), frontEnd.AskWord(Request.GetVringBase, 1));
        rings.Start(0);
        rings.Start(1);
        await using RpmsgLink next = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 200);
        Assert.Equal(0UL, driver.GetStatistics().PeerFaults);
        held.Dispose();
    }

    [Fact]
    public async Task WhatAProgramHoldsAfterTheDriverLeftIsNoLongerTheGuestsMemory()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await using RpmsgEndpoint endpoint = device.CreateEndpoint(new() { RemoteAddress = 0x123 });
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
        rings.Unbind();
        byte[] guestBefore = Bytes.Of(frontEnd.Memory.Region).ToArray();

        buffer.Payload.Fill(0xAB);
        Assert.Equal(guestBefore, Bytes.Of(frontEnd.Memory.Region).ToArray());
        buffer.Dispose();
    }

    [Fact]
    public async Task AHandlerThatBlocksDoesNotHoldUpAnUnbind()
    {
        using System.Threading.ManualResetEventSlim entered = new();
        using System.Threading.ManualResetEventSlim leave = new();
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        RpmsgLink device = await backEnd.AcceptAsync();
        _ = device.CreateEndpoint(new()
        {
            LocalAddress = 0x77,
            InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage _) =>
            {
                entered.Set();
                leave.Wait();
            },
        });
        await using RpmsgEndpoint endpoint = driver.CreateEndpoint(new() { RemoteAddress = 0x77 });
        await endpoint.SendAsync(new byte[4], BackEnd.Deadline);
        Assert.True(entered.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        rings.Unbind();
        leave.Set();
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        await device.DisposeAsync();
    }

    [Fact]
    public async Task StatusResetTakesTheLinkAndDriverOkGivesOneWithoutAKick()
    {
        const VhostUserProtocolFeatures WithStatus = Default | VhostUserProtocolFeatures.Status;
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, WithStatus);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.CreateDriver();
        driver.Start();
        frontEnd.Tell(Request.SetStatus, [0xF]);
        RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 3);
        Assert.Equal(0xFUL, frontEnd.AskWord(Request.GetStatus));
        frontEnd.Tell(Request.SetStatus, [0]);
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        await device.DisposeAsync();
    }

    [Fact]
    public async Task MemoryMayComeInSlotsAndRingsAndBuffersMayLieInDifferentOnes()
    {
        const VhostUserProtocolFeatures WithSlots = Default | VhostUserProtocolFeatures.MemorySlots;
        const ulong Half = FrontEnd.MemoryBytes / 16;
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, WithSlots);
        Assert.InRange(frontEnd.AskWord(Request.GetMaxMemSlots), 8UL, 509UL);
        ulong[] first = [0, .. FrontEnd.Region(size: Half)];
        ulong[] second = [0, .. FrontEnd.Region(FrontEnd.GuestAddress + Half, FrontEnd.MemoryBytes - Half,
            FrontEnd.UserAddress + (4 * FrontEnd.MemoryBytes), Half)];
        Assert.True(frontEnd.IsAccepted(Request.AddMemReg, first, frontEnd.Memory.Handle));
        Assert.True(frontEnd.IsAccepted(Request.AddMemReg, second, frontEnd.Memory.Handle));
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 100);
        Assert.True(frontEnd.IsAccepted(Request.RemMemReg, second));
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
    }

    [Fact]
    public async Task DisposingTheListenerEndsItsLinkAndClosesTheSocket()
    {
        BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        frontEnd.Negotiate(Modern, Default);
        frontEnd.ShareMemory();
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await backEnd.DisposeAsync();
        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await backEnd.AcceptAsync());
    }

}
