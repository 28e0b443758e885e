// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class ServiceListTests
{
    private static readonly RpmsgEndpointOptions s_untold = new() { Announce = false };

    [Fact]
    public async Task ServicesAreListedWithWhoTookThem()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        Assert.Empty(rig.Link.GetServices());
        rig.Peer.Announce("one", 41);
        rig.Peer.Announce("two", 42);
        await rig.SettleAsync();
        Assert.Equal(
            [new RpmsgService("one", 41, IsTaken: false), new RpmsgService("two", 42, IsTaken: false)],
            rig.Link.GetServices());

        RpmsgEndpoint endpoint = await rig.Link.ConnectAsync("one", s_untold, rig.Token);
        Assert.Equal(
            [new RpmsgService("two", 42, IsTaken: false), new RpmsgService("one", 41, IsTaken: true)],
            rig.Link.GetServices());
        Assert.Same(endpoint, Assert.Single(rig.Link.GetEndpoints()));

        await endpoint.DisposeAsync();
        Assert.Equal(
            [new RpmsgService("one", 41, IsTaken: false), new RpmsgService("two", 42, IsTaken: false)],
            rig.Link.GetServices());
        Assert.Empty(rig.Link.GetEndpoints());
    }

    [Fact]
    public async Task WhatWaitsForAListenerIsListedAsFree()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        using RpmsgListener listener = rig.Link.Listen("svc", s_untold);
        rig.Peer.Announce("svc", 42);
        await rig.SettleAsync();
        Assert.Equal(new RpmsgService("svc", 42, IsTaken: false), Assert.Single(rig.Link.GetServices()));
        await using RpmsgEndpoint endpoint = await listener.AcceptAsync(rig.Token);
        Assert.Empty(rig.Link.GetServices());
    }

    [Fact]
    public async Task AnEndpointForAnAddressTakesTheAnnouncementOfThatAddress()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 41);
        rig.Peer.Announce("svc", 42);
        await rig.SettleAsync();
        await using RpmsgEndpoint second = await rig.Link.CreateEndpointAsync(
            "svc", s_untold with { RemoteAddress = 42 }, rig.Token);
        await using RpmsgEndpoint first = await rig.Link.ConnectAsync("svc", s_untold, rig.Token);
        Assert.Equal(41u, first.RemoteAddress);
        Assert.All(rig.Link.GetServices(), service => Assert.True(service.IsTaken));
        Assert.Equal(2, rig.Link.GetServices().Count);
    }

    [Fact]
    public async Task WhatIsWithdrawnIsNotListed()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 42);
        rig.Peer.Announce("svc", 42, isDestroy: true);
        await rig.SettleAsync();
        Assert.Empty(rig.Link.GetServices());
    }
}
