// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class NameServiceTests
{
    private static readonly RpmsgEndpointOptions s_untold = new() { Announce = false };

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task BothSidesConnectByName(VirtioRole first)
    {
        await using Rig rig = Rig.Start();

        Task<RpmsgEndpoint> one = rig[first].ConnectAsync("svc", rig.Token).AsTask();
        Task<RpmsgEndpoint> other = rig.Opposite(first).ConnectAsync("svc", rig.Token).AsTask();
        RpmsgEndpoint near = await one.WaitAsync(rig.Token);
        RpmsgEndpoint far = await other.WaitAsync(rig.Token);

        Assert.Equal(near.LocalAddress, far.RemoteAddress);
        Assert.Equal(far.LocalAddress, near.RemoteAddress);
        Assert.Equal("svc", near.Name);
        await near.SendAsync("hi"u8.ToArray(), rig.Token);
        using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
        Assert.Equal("hi"u8, message.Payload);
    }

    [Fact]
    public async Task AnAnnouncementThatComesBeforeTheEndpointIsKeptForIt()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 42);
        await rig.SettleAsync();

        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);

        Assert.Equal(42u, await endpoint.WaitForRemoteAsync(rig.Token));
    }

    [Fact]
    public async Task AnAnnouncementThatComesAfterTheEndpointTellsItThePeersAddress()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        Task<uint> remote = endpoint.WaitForRemoteAsync(rig.Token).AsTask();
        Assert.Equal(RpmsgAddress.Any, endpoint.RemoteAddress);

        rig.Peer.Announce("other", 41);
        rig.Peer.Announce("svc", 42);

        Assert.Equal(42u, await remote.WaitAsync(rig.Token));
    }

    [Fact]
    public async Task TheFirstMessageTellsThePeersAddressAndASendThatWaitedForItGoesThere()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        Task sending = endpoint.SendAsync("answer"u8.ToArray(), rig.Token).AsTask();
        Assert.False(sending.IsCompleted);

        rig.Peer.Send(77, 9, "hello"u8);
        await sending.WaitAsync(rig.Token);

        Assert.Equal(77u, endpoint.RemoteAddress);
        Assert.Equal(77u, rig.Peer.Receive()!.Destination);
        rig.Peer.Send(78, 9, "somebody else"u8);
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesReceived == 2);
        Assert.Equal(77u, endpoint.RemoteAddress);
    }

    [Fact]
    public async Task EndpointsOfOneNameAreGivenAnnouncementsInTheOrderOfBoth()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device);
        RpmsgEndpoint first = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        RpmsgEndpoint second = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);

        rig.Peer.Announce("svc", 1);
        rig.Peer.Announce("svc", 2);
        rig.Peer.Announce("svc", 3);

        Assert.Equal(1u, await first.WaitForRemoteAsync(rig.Token));
        Assert.Equal(2u, await second.WaitForRemoteAsync(rig.Token));
        RpmsgEndpoint third = await rig.Link.ConnectAsync("svc", rig.Token);
        Assert.Equal(3u, third.RemoteAddress);
    }

    [Fact]
    public async Task AServiceIsThereForTheNextEndpointWhenThePeerIsNotToldThatTheFirstEnded()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 42);
        for (int i = 0; i < 3; i++)
        {
            await using RpmsgEndpoint endpoint = await rig.Link.ConnectAsync("svc", s_untold, rig.Token);
            Assert.Equal(42u, endpoint.RemoteAddress);
        }

        rig.Peer.Announce("svc", 42, isDestroy: true);
        await rig.SettleAsync();
        await using RpmsgEndpoint late = await rig.Link.CreateEndpointAsync("svc", s_untold, rig.Token);
        Assert.Equal(RpmsgAddress.Any, late.RemoteAddress);
        Assert.Null(rig.Peer.Receive());
    }

    [Fact]
    public async Task AServiceThatBecomesFreeGoesToTheEndpointThatWaits()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint first = await rig.Link.CreateEndpointAsync("svc", s_untold, rig.Token);
        rig.Peer.Send(42, first.LocalAddress, "before its announcement"u8);
        rig.Peer.Announce("svc", 42);
        await rig.SettleAsync();
        Task<RpmsgEndpoint> second = rig.Link.ConnectAsync("svc", s_untold, rig.Token).AsTask();
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        Assert.Equal(42u, (await second.WaitAsync(rig.Token)).RemoteAddress);
    }

    [Fact]
    public async Task AServiceWhosePeerWasToldOfTheEndIsWaitedForUntilItIsAnnouncedAnew()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 42);
        await (await rig.Link.ConnectAsync("svc", rig.Token)).DisposeAsync();
        Task<RpmsgEndpoint> second = rig.Link.ConnectAsync("svc", rig.Token).AsTask();
        await rig.SettleAsync();
        Assert.False(second.IsCompleted);

        rig.Peer.Announce("svc", 42);

        Assert.Equal(42u, (await second.WaitAsync(rig.Token)).RemoteAddress);
    }

    [Fact]
    public async Task AnEndpointIsAnnouncedOnceAndTakenBackOnce()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);

        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        NameServiceMessage created = TakeAnnouncement(rig);
        await endpoint.DisposeAsync();
        await endpoint.DisposeAsync();
        NameServiceMessage destroyed = TakeAnnouncement(rig);

        Assert.Equal(endpoint.LocalAddress, created.Address);
        Assert.False(created.IsDestroy);
        Assert.Equal(endpoint.LocalAddress, destroyed.Address);
        Assert.True(destroyed.IsDestroy);
        Assert.Null(rig.Peer.Receive());
    }

    [Fact]
    public async Task NobodyIsToldOfAnEndpointThatIsNotToBeAnnounced()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        await using (await rig.Link.CreateEndpointAsync("svc", new() { Announce = false }, rig.Token))
        await using (rig.Link.CreateEndpoint())
        {
        }

        Assert.Null(rig.Peer.Receive());
    }

    [Fact]
    public async Task ALinkWithoutNameServiceNeitherTellsNorListensNorHears()
    {
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver, new() { Driver = new() { NameService = false } });
        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);

        rig.Peer.Announce("svc", 42);
        await rig.UntilAsync(() => rig.Link.GetStatistics().DroppedNoEndpoint == 1);

        Assert.Null(rig.Peer.Receive());
        Assert.Equal(RpmsgAddress.Any, endpoint.RemoteAddress);
        Assert.Throws<InvalidOperationException>(() => rig.Link.Listen("svc"));
    }

    [Fact]
    public async Task AListenerAcceptsInTheOrderOfTheAnnouncementsAndAnnouncesBack()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device);
        rig.Peer.Announce("svc", 1);
        await rig.SettleAsync();
        using RpmsgListener listener = rig.Link.Listen("svc");
        rig.Peer.Announce("svc", 2);

        RpmsgEndpoint first = await listener.AcceptAsync(rig.Token);
        RpmsgEndpoint second = await listener.AcceptAsync(rig.Token);

        Assert.Equal(1u, first.RemoteAddress);
        Assert.Equal(2u, second.RemoteAddress);
        Assert.Equal(first.LocalAddress, TakeAnnouncement(rig).Address);
        Assert.Equal(second.LocalAddress, TakeAnnouncement(rig).Address);
    }

    [Fact]
    public async Task AListenerAndConnectingPeersFindEachOther()
    {
        await using Rig rig = Rig.Start();
        using RpmsgListener listener = rig.Driver.Listen("svc");
        Task serving = Task.Run(
            async () =>
            {
                await foreach (RpmsgEndpoint accepted in listener.AcceptAllAsync(rig.Token))
                {
                    await accepted.SendAsync(BitConverter.GetBytes(accepted.RemoteAddress), rig.Token);
                }
            },
            rig.Token);

        for (int i = 0; i < 20; i++)
        {
            RpmsgEndpoint client = await rig.Device.ConnectAsync("svc", rig.Token);
            using RpmsgMessage message = await client.ReceiveAsync(rig.Token);
            Assert.Equal(client.LocalAddress, BitConverter.ToUInt32(message.Payload));
        }

        listener.Dispose();
        await serving.WaitAsync(rig.Token);
    }

    [Fact]
    public async Task AnAnnouncementTakenBackBeforeItIsAcceptedIsForgotten()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device);
        using RpmsgListener listener = rig.Link.Listen("svc");
        rig.Peer.Announce("svc", 1);
        rig.Peer.Announce("svc", 1, isDestroy: true);
        rig.Peer.Announce("pending", 5);
        rig.Peer.Announce("pending", 5, isDestroy: true);
        rig.Peer.Announce("svc", 2);
        rig.Peer.Announce("pending", 6);
        await rig.SettleAsync();

        RpmsgEndpoint accepted = await listener.AcceptAsync(rig.Token);
        RpmsgEndpoint connected = await rig.Link.ConnectAsync("pending", rig.Token);

        Assert.Equal(2u, accepted.RemoteAddress);
        Assert.Equal(6u, connected.RemoteAddress);
    }

    [Fact]
    public async Task AnAnnouncementHeardTwiceIsAcceptedOnce()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device);
        using RpmsgListener listener = rig.Link.Listen("svc");
        rig.Peer.Announce("svc", 1);
        rig.Peer.Announce("svc", 1);
        rig.Peer.Announce("svc", 2);
        await rig.SettleAsync();

        Assert.Equal(1u, (await listener.AcceptAsync(rig.Token)).RemoteAddress);
        Assert.Equal(2u, (await listener.AcceptAsync(rig.Token)).RemoteAddress);
    }

    [Fact]
    public async Task ACancelledAcceptLosesNoAnnouncement()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, RigOptions.Small);
        using RpmsgListener listener = rig.Link.Listen("svc");
        SendTests.Fill(rig.Link.CreateEndpoint(new() { RemoteAddress = 7 }));
        rig.Peer.Announce("svc", 1);
        using var cancel = new CancellationTokenSource();
        Task<RpmsgEndpoint> accepting = listener.AcceptAsync(cancel.Token).AsTask();

        // It has taken the announcement and waits for a buffer to announce itself.
        await rig.UntilAsync(() => rig.Link.GetStatistics().SenderWaits == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(rig.Token));
        while (rig.Peer.Receive() is not null)
        {
        }

        Assert.Equal(1u, (await listener.AcceptAsync(rig.Token)).RemoteAddress);
    }

    [Fact]
    public async Task AListenerThatEndsEndsItsWaits()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgListener listener = rig.Link.Listen("svc");
        Task accepting = listener.AcceptAsync(rig.Token).AsTask();
        Assert.Throws<InvalidOperationException>(() => rig.Link.Listen("svc"));

        listener.Dispose();

        Assert.Equal(RpmsgCloseReason.Disposed, await SendTests.ReasonAsync(accepting, rig));
        rig.Link.Listen("svc").Dispose();
    }

    [Fact]
    public async Task AcceptingEndsWithTheReasonWhenThePeerGoes()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        using RpmsgListener listener = rig.Link.Listen("svc");
        Task accepting = listener.AcceptAsync(rig.Token).AsTask();

        rig.Peer.Kill();

        Assert.Equal(RpmsgCloseReason.PeerGone, await SendTests.ReasonAsync(accepting, rig));
        Task later = listener.AcceptAsync(rig.Token).AsTask();
        Assert.Equal(RpmsgCloseReason.PeerGone, await SendTests.ReasonAsync(later, rig));
    }

    [Fact]
    public async Task NoMoreAnnouncementsAreKeptThanTheOptionsSay()
    {
        var logger = new RecordingLogger();
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            new() { Driver = new() { MaxPendingAnnouncements = 3, Logger = logger } });
        using RpmsgListener listener = rig.Link.Listen("heard");

        for (uint i = 0; i < 5; i++)
        {
            rig.Peer.Announce("nobody waits", 100 + i);
        }

        for (uint i = 0; i < 5; i++)
        {
            rig.Peer.Announce("heard", 200 + i);
        }

        await rig.SettleAsync();
        Assert.Equal(4ul, rig.Link.GetStatistics().DroppedAnnouncements);
        Assert.Single(logger.OfId(5));
    }

    [Fact]
    public async Task MalformedAnnouncementsAreCountedAndChangeNothing()
    {
        var logger = new RecordingLogger();
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, new() { Driver = new() { Logger = logger } });
        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        byte[] good = new byte[NameServiceMessage.SizeBytes];
        "svc"u8.CopyTo(good);
        good[32] = 42;
        byte[] nameless = [.. good];
        nameless[0] = 0;
        byte[] endless = [.. good];
        endless.AsSpan(0, 32).Fill((byte)'x');
        byte[] addressless = [.. good];
        addressless.AsSpan(32, 4).Fill(0xff);

        foreach (byte[] bad in (byte[][])[nameless, endless, addressless, [.. good, 0], good[..^1], []])
        {
            rig.Peer.Send(42, RpmsgAddress.NameService, bad);
        }

        await rig.UntilAsync(() => rig.Link.GetStatistics().DroppedAnnouncements == 6);
        Assert.Single(logger.OfId(5));
        Assert.Equal(RpmsgAddress.Any, endpoint.RemoteAddress);
        rig.Peer.Send(42, RpmsgAddress.NameService, good);
        Assert.Equal(42u, await endpoint.WaitForRemoteAsync(rig.Token));
    }

    [Fact]
    public async Task ConnectThatIsCancelledLeavesNoEndpointAndTakesItsAnnouncementBack()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        using var cancel = new CancellationTokenSource();
        Task connecting = rig.Link.ConnectAsync("svc", cancel.Token).AsTask();
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesSent == 1);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(rig.Token));

        Assert.False(TakeAnnouncement(rig).IsDestroy);
        Assert.True(TakeAnnouncement(rig).IsDestroy);
        Assert.Equal(0, rig.Link.EndpointCount);
    }

    [Fact]
    public async Task WaitingForThePeersAddressEndsWhenTheEndpointEnds()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();
        Task remote = endpoint.WaitForRemoteAsync(rig.Token).AsTask();
        Task sending = endpoint.SendAsync("x"u8.ToArray(), rig.Token).AsTask();

        await endpoint.DisposeAsync();

        Assert.Equal(RpmsgCloseReason.Disposed, await SendTests.ReasonAsync(remote, rig));
        Assert.Equal(RpmsgCloseReason.Disposed, await SendTests.ReasonAsync(sending, rig));
    }

    [Fact]
    public async Task AnnouncingStandsInLineWithTheSendersAndIsNotStarvedByThem()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, SendTests.NeverRechecks(WaitMode.InterruptOnly, false));
        RpmsgEndpoint busy = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        SendTests.Fill(busy);
        Task<RpmsgEndpoint> announcing = rig.Link.CreateEndpointAsync("svc", null, rig.Token).AsTask();
        List<Task> behind = [.. Enumerable.Range(0, 8).Select(
            _ => busy.SendAsync("x"u8.ToArray(), rig.Token).AsTask())];

        Assert.NotNull(rig.Peer.Receive());

        await announcing.WaitAsync(rig.Token);
        Assert.All(behind, task => Assert.False(task.IsCompleted));
        behind.Add(Task.Run(
            () => rig.UntilAsync(() => rig.Peer.Receive() is null && behind.Take(8).All(task => task.IsCompleted)),
            rig.Token));
        await Task.WhenAll(behind).WaitAsync(rig.Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a name of thirty-two bytes xxxxx")]
    [InlineData("zero\0byte")]
    public async Task NamesThatDoNotFitTheWireAreRefused(string name)
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Link.ConnectAsync(name, rig.Token));
        Assert.ThrowsAny<ArgumentException>(() => rig.Link.Listen(name));
        Assert.Equal(0, rig.Link.EndpointCount);
    }

    [Fact]
    public async Task ANameOfThirtyOneBytesOfUtf8Fits()
    {
        await using Rig rig = Rig.Start();
        string name = new string('ü', 15) + "x";
        Task<RpmsgEndpoint> one = rig.Driver.ConnectAsync(name, rig.Token).AsTask();
        Task<RpmsgEndpoint> other = rig.Device.ConnectAsync(name, rig.Token).AsTask();

        Assert.Equal(31, Encoding.UTF8.GetByteCount((await one.WaitAsync(rig.Token)).Name!));
        Assert.Equal(name, (await other.WaitAsync(rig.Token)).Name);
    }

    private static NameServiceMessage TakeAnnouncement(Rig rig)
    {
        BareMessage message = rig.Peer.Receive()!;
        Assert.Equal(RpmsgAddress.NameService, message.Destination);
        unsafe
        {
            // SAFETY: the array is pinned for the call, and its length is told.
            fixed (byte* payload = message.Payload)
            {
                Assert.True(NameServiceMessage.TryRead(payload, (uint)message.Payload.Length, out var announcement));
                Assert.Equal(announcement.Address, message.Source);
                return announcement;
            }
        }
    }
}
