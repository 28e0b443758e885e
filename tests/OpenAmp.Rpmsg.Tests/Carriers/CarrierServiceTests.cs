// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests.Carriers;

/// <summary>Names, addresses and ends, over a carrier.</summary>
public sealed class CarrierServiceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectOpensThePortWhenTheServiceIsAnnounced(bool before)
    {
        await using CarrierRig rig = CarrierRig.Start();
        if (before)
        {
            rig.Carrier.Announce("echo", 0x400);
        }

        Task<RpmsgEndpoint> connecting = rig.Link.ConnectAsync("echo", rig.Token).AsTask();
        if (!before)
        {
            Assert.Empty(rig.Carrier.Calls);
            rig.Carrier.Announce("other", 0x3ff);
            rig.Carrier.Announce("echo", 0x400);
        }

        RpmsgEndpoint endpoint = await connecting.WaitAsync(rig.Token);
        MemoryPort port = await rig.Carrier.OpenedAsync(rig.Token);
        Assert.Equal(0x400u, endpoint.RemoteAddress);
        Assert.Equal(port.LocalAddress, endpoint.LocalAddress);
        Assert.Equal("echo", port.Request.Name);
        Assert.True(port.Request.Announce);
        Assert.True(endpoint.TrySend([1]));
        Assert.Equal(1, rig.Link.EndpointCount);
    }

    [Fact]
    public async Task NobodyHasTheAddressBeforeThePortIsOpen()
    {
        var mayOpen = new TaskCompletionSource();
        await using CarrierRig rig = CarrierRig.Start(new() { MayOpen = mayOpen.Task });
        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("echo", null, rig.Token);
        Task<uint> remote = endpoint.WaitForRemoteAsync(rig.Token).AsTask();
        rig.Carrier.Announce("echo", 0x400);
        while (endpoint.RemoteAddress == RpmsgAddress.Any)
        {
            await Task.Delay(1, rig.Token);
        }

        // What is sent meanwhile is not lost.
        Assert.False(endpoint.TrySend([1]));
        Task sending = endpoint.SendAsync(new byte[] { 2 }, rig.Token).AsTask();
        Assert.False(remote.IsCompleted);
        mayOpen.SetResult();

        Assert.Equal(0x400u, await remote.WaitAsync(rig.Token));
        await sending.WaitAsync(rig.Token);
        Assert.Equal([2], await (await rig.Carrier.OpenedAsync(rig.Token)).TakeAsync(rig.Token));
    }

    [Fact]
    public async Task ACarrierMayOpenFirstAndLearnTheRemoteLater()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { OpensWithoutRemote = true });
        RpmsgEndpoint one = await rig.Link.CreateEndpointAsync("one", null, rig.Token);
        MemoryPort port = await rig.Carrier.OpenedAsync(rig.Token);
        Assert.Equal(port.LocalAddress, one.LocalAddress);
        port.LearnRemote(0x55);
        Assert.Equal(0x55u, await one.WaitForRemoteAsync(rig.Token));

        RpmsgEndpoint two = await rig.Link.CreateEndpointAsync("two", null, rig.Token);
        (await rig.Carrier.OpenedAsync(rig.Token)).Arrive([1], source: 0x66);
        Assert.Equal(0x66u, await two.WaitForRemoteAsync(rig.Token));
    }

    [Fact]
    public async Task AServiceThatOneEndpointLeavesIsTheNextOnesWhenItsPortIsClosed()
    {
        await using CarrierRig rig = CarrierRig.Start();
        rig.Carrier.Announce("echo", 0x400);
        RpmsgEndpoint first = await rig.Link.ConnectAsync("echo", rig.Token);
        Task<RpmsgEndpoint> second = rig.Link.ConnectAsync("echo", rig.Token).AsTask();
        await first.DisposeAsync();

        Assert.Equal(0x400u, (await second.WaitAsync(rig.Token)).RemoteAddress);
        Assert.Equal(["open", "close", "open"], rig.Carrier.Calls.Select(call => call.Split(' ')[0]));
    }

    [Fact]
    public async Task AWithdrawnServiceEndsItsEndpointAsDestroyedByThePeer()
    {
        await using CarrierRig rig = CarrierRig.Start();
        rig.Carrier.Announce("echo", 0x400);
        RpmsgEndpoint endpoint = await rig.Link.ConnectAsync("echo", rig.Token);
        rig.Carrier.Withdraw("echo", 0x400);

        Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await endpoint.Completion.WaitAsync(rig.Token));
        await Assert.ThrowsAsync<RpmsgClosedException>(async () => await endpoint.SendAsync(new byte[1], rig.Token));
        Assert.False(rig.Link.Completion.IsCompleted);
    }

    [Fact]
    public async Task AListenerGetsOneEndpointForEachAnnouncement()
    {
        await using CarrierRig rig = CarrierRig.Start();
        rig.Carrier.Announce("worker", 0x400);
        using RpmsgListener listener = rig.Link.Listen("worker", new() { Announce = false });
        rig.Carrier.Announce("worker", 0x401);

        RpmsgEndpoint first = await listener.AcceptAsync(rig.Token);
        RpmsgEndpoint second = await listener.AcceptAsync(rig.Token);

        Assert.Equal([0x400u, 0x401u], new[] { first.RemoteAddress, second.RemoteAddress });
        Assert.NotEqual(first.LocalAddress, second.LocalAddress);
        Assert.False((await rig.Carrier.OpenedAsync(rig.Token)).Request.Announce);
    }

    [Fact]
    public async Task APortThatCannotBeOpenedSaysWhy()
    {
        await using CarrierRig rig = CarrierRig.Start();
        rig.Carrier.OpenFailure = new IOException("/dev/rpmsg0 is busy");

        Assert.Same(rig.Carrier.OpenFailure, Assert.Throws<IOException>(() => rig.Link.CreateEndpoint()));
        Task<RpmsgEndpoint> connecting = rig.Link.ConnectAsync("echo", rig.Token).AsTask();
        rig.Carrier.Announce("echo", 0x400);
        Exception thrown = await Assert.ThrowsAnyAsync<IOException>(() => connecting.WaitAsync(rig.Token));
        Assert.Contains("/dev/rpmsg0 is busy", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(0, rig.Link.EndpointCount);
    }

    [Theory]
    [InlineData(RpmsgCloseReason.PeerGone)]
    [InlineData(RpmsgCloseReason.RemoteDestroyed)]
    public async Task APortThatEndsEndsItsEndpointWithTheReasonAfterTheLastMessage(RpmsgCloseReason reason)
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        port.Arrive([1]);
        port.End(reason);

        Assert.Equal(reason, await endpoint.Completion.WaitAsync(rig.Token));
        using RpmsgMessage last = await endpoint.ReceiveAsync(rig.Token);
        Assert.Equal([1], last.Payload.ToArray());
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(
            async () => await endpoint.ReceiveAsync(rig.Token));
        Assert.Equal(reason, closed.Reason);
        Assert.NotNull(closed.InnerException);
    }

    [Fact]
    public async Task ALinkEndsWithItsCarrierAndLetsItGo()
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        Task<RpmsgMessage> receiving = endpoint.ReceiveAsync(rig.Token).AsTask();
        Task<RpmsgEndpoint> connecting = rig.Link.ConnectAsync("never", rig.Token).AsTask();

        rig.Carrier.End(RpmsgCloseReason.PeerGone);

        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion.WaitAsync(rig.Token));
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(() => receiving);
        Assert.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
        await Assert.ThrowsAsync<RpmsgClosedException>(() => connecting);
        Assert.Throws<RpmsgClosedException>(() => rig.Link.CreateEndpoint());
        await rig.Link.DisposeAsync();
        Assert.True(port.IsDisposed);
        Assert.True(rig.Carrier.IsDisposed);
    }

    [Fact]
    public async Task AWatchThatBreaksEndsTheLinkAndIsLogged()
    {
        await using CarrierRig rig = CarrierRig.Start();
        rig.Carrier.FailWatch(new IOException("sysfs is gone"));

        Assert.Equal(RpmsgCloseReason.Failed, await rig.Link.Completion.WaitAsync(rig.Token));
        Assert.Contains(rig.Logger.Entries, entry => entry.Exception?.Message == "sysfs is gone");
    }

    [Fact]
    public async Task DisposingALinkThatWasNotStartedLetsTheCarrierGo()
    {
        var carrier = new MemoryCarrier();
        RpmsgLink link = RpmsgLink.Create(carrier, new());
        RpmsgEndpoint endpoint = link.CreateEndpoint(new() { RemoteAddress = 1 });

        await link.DisposeAsync();

        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion);
        Assert.Equal(["open", "close", "dispose"], carrier.Calls.Select(call => call.Split(' ')[0]));
        Assert.Throws<InvalidOperationException>(link.Start);
    }
}
