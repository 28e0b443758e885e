// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class SendTests
{
    [Theory]
    [InlineData(VirtioRole.Driver, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Device, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Driver, WaitMode.InterruptOnly)]
    [InlineData(VirtioRole.Device, WaitMode.InterruptOnly)]
    [InlineData(VirtioRole.Driver, WaitMode.PollOnly)]
    [InlineData(VirtioRole.Device, WaitMode.PollOnly)]
    public async Task MessagesArriveInOrderWithTheirAddresses(VirtioRole sender, WaitMode mode)
    {
        await using Rig rig = Rig.Start(RigOptions.Small.WithMode(mode));
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(sender);
        int count = mode == WaitMode.PollOnly ? 30 : 300;

        Task sending = Task.Run(
            async () =>
            {
                for (int i = 0; i < count; i++)
                {
                    await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
                }
            },
            rig.Token);
        for (int i = 0; i < count; i++)
        {
            using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(message.Payload));
            Assert.Equal(near.LocalAddress, message.Source);
            Assert.Equal(far.LocalAddress, message.Destination);
        }

        await sending.WaitAsync(rig.Token);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task EachSideAnswersTheOther(VirtioRole near)
    {
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint one, RpmsgEndpoint other) = rig.Pair(near);

        await one.SendAsync("question"u8.ToArray(), rig.Token);
        using RpmsgMessage question = await other.ReceiveAsync(rig.Token);
        await other.SendToAsync("answer"u8.ToArray(), question.Source, rig.Token);
        using RpmsgMessage answer = await one.ReceiveAsync(rig.Token);

        Assert.Equal("question"u8, question.Payload);
        Assert.Equal("answer"u8, answer.Payload);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task EmptyAndLongestPayloadsArriveWhole(VirtioRole sender)
    {
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(sender);
        byte[] longest = [.. Enumerable.Range(0, near.MaxPayloadBytes).Select(i => (byte)(i % 251))];

        await near.SendAsync(ReadOnlyMemory<byte>.Empty, rig.Token);
        await near.SendAsync(longest, rig.Token);

        using RpmsgMessage empty = await far.ReceiveAsync(rig.Token);
        using RpmsgMessage full = await far.ReceiveAsync(rig.Token);
        Assert.Equal(0, empty.LengthBytes);
        Assert.True(empty.Payload.IsEmpty);
        Assert.Equal(longest, full.Payload);
    }

    [Fact]
    public async Task TheLongestPayloadIsABufferOfTheSendersDirectionWithoutTheHeader()
    {
        await using Rig rig = Rig.Start();

        Assert.Equal(512 - 16, rig.Driver.MaxPayloadBytes);
        Assert.Equal(272 - 16, rig.Device.MaxPayloadBytes);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task APayloadThatIsTooLongIsRefusedWithItsLengthAndTheLimitAndNothingIsSent(VirtioRole sender)
    {
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(sender);
        int limit = near.MaxPayloadBytes;
        byte[] tooLong = new byte[limit + 1];

        var thrown = await Assert.ThrowsAsync<RpmsgMessageTooLongException>(
            async () => await near.SendAsync(tooLong, rig.Token));
        Assert.Throws<RpmsgMessageTooLongException>(() => near.TrySend(tooLong));
        Assert.Throws<RpmsgMessageTooLongException>(() => near.TrySendTo(tooLong, far.LocalAddress));
        await near.SendAsync("next"u8.ToArray(), rig.Token);

        Assert.Equal(limit + 1, thrown.LengthBytes);
        Assert.Equal(limit, thrown.MaxPayloadBytes);
        Assert.Contains($"{limit + 1}", thrown.Message, StringComparison.Ordinal);
        Assert.Contains($"{limit}", thrown.Message, StringComparison.Ordinal);
        using RpmsgMessage first = await far.ReceiveAsync(rig.Token);
        Assert.Equal("next"u8, first.Payload);
        Assert.Equal(1ul, near.Link.GetStatistics().MessagesSent);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task APayloadThatIsTooLongIsRefusedAtOnceEvenWhenTheRingIsFull(VirtioRole sender)
    {
        await using Rig rig = Rig.StartAlone(sender, RigOptions.Small);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        byte[] tooLong = new byte[endpoint.MaxPayloadBytes + 1];
        Fill(endpoint);

        Assert.Throws<RpmsgMessageTooLongException>(() => endpoint.TrySend(tooLong));
        await Assert.ThrowsAsync<RpmsgMessageTooLongException>(
            async () => await endpoint.SendAsync(tooLong, rig.Token));
    }

    [Fact]
    public async Task SendToAndOffChannelSayTheAddressesTheyAreGiven()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 10, RemoteAddress = 20 });

        await endpoint.SendToAsync("a"u8.ToArray(), 30, rig.Token);
        await endpoint.SendOffChannelAsync("b"u8.ToArray(), 40, 50, rig.Token);
        Assert.True(endpoint.TrySendTo("c"u8, 60));
        Assert.True(endpoint.TrySendOffChannel("d"u8, 70, 80));

        Assert.Equal((10u, 30u), Addresses(rig.Peer.Receive()!));
        Assert.Equal((40u, 50u), Addresses(rig.Peer.Receive()!));
        Assert.Equal((10u, 60u), Addresses(rig.Peer.Receive()!));
        Assert.Equal((70u, 80u), Addresses(rig.Peer.Receive()!));

        static (uint, uint) Addresses(BareMessage message) => (message.Source, message.Destination);
    }

    [Fact]
    public async Task NoAddressIsNoDestination()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();

        Assert.Throws<InvalidOperationException>(() => endpoint.TrySend("x"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.TrySendTo("x"u8, RpmsgAddress.Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.TrySendOffChannel("x"u8, RpmsgAddress.Any, 1));
        Assert.Null(rig.Peer.Receive());
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task TrySendRefusesWhenTheRingIsFullAndGoesOnWhenABufferComesBack(VirtioRole sender)
    {
        await using Rig rig = Rig.StartAlone(sender, RigOptions.Small);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });

        Assert.Equal(4, Fill(endpoint));
        Assert.False(endpoint.TryRentSendBuffer(out _));
        Assert.NotNull(rig.Peer.Receive());

        Assert.True(endpoint.TrySend("again"u8));
        Assert.False(endpoint.TrySend("full"u8));
    }

    [Theory]
    [InlineData(VirtioRole.Driver, WaitMode.Adaptive, false)]
    [InlineData(VirtioRole.Device, WaitMode.Adaptive, false)]
    [InlineData(VirtioRole.Driver, WaitMode.InterruptOnly, true)]
    [InlineData(VirtioRole.Device, WaitMode.InterruptOnly, true)]
    [InlineData(VirtioRole.Driver, WaitMode.PollOnly, false)]
    [InlineData(VirtioRole.Device, WaitMode.PollOnly, false)]
    public async Task SendAsyncWaitsUntilThePeerReturnsABuffer(VirtioRole sender, WaitMode mode, bool eventIndex)
    {
        // No look of our own within the test's time: the peer's kick must end the wait.
        await using Rig rig = Rig.StartAlone(sender, NeverRechecks(mode, eventIndex));
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Fill(endpoint);

        Task waiting = endpoint.SendAsync("late"u8.ToArray(), rig.Token).AsTask();
        await rig.UntilAsync(() => rig.Link.GetStatistics().SenderWaits == 1);
        Assert.False(waiting.IsCompleted);
        Assert.NotNull(rig.Peer.Receive());
        await waiting.WaitAsync(rig.Token);

        BareMessage? last = null;
        while (rig.Peer.Receive() is { } message)
        {
            last = message;
        }

        Assert.Equal("late"u8, last!.Payload);
    }

    [Theory]
    [InlineData(VirtioRole.Driver, false)]
    [InlineData(VirtioRole.Device, false)]
    [InlineData(VirtioRole.Driver, true)]
    [InlineData(VirtioRole.Device, true)]
    public async Task EachReturnedBufferServesTheNextOfTheLineInTheOrderTheyCame(VirtioRole sender, bool eventIndex)
    {
        await using Rig rig = Rig.StartAlone(sender, NeverRechecks(WaitMode.InterruptOnly, eventIndex));
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Fill(endpoint);

        Task<RpmsgSendBuffer>[] line = new Task<RpmsgSendBuffer>[4];
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = endpoint.RentSendBufferAsync(rig.Token).AsTask();
        }

        for (int i = 0; i < line.Length; i++)
        {
            Assert.False(endpoint.TrySend("overtakes"u8));
            Assert.NotNull(rig.Peer.Receive());
            RpmsgSendBuffer buffer = await line[i].WaitAsync(rig.Token);
            Assert.All(line[(i + 1)..], later => Assert.False(later.IsCompleted));
            buffer.Send(0);
        }
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task ALostKickForReturnedBuffersDelaysASenderNoLongerThanTheRecheckInterval(VirtioRole sender)
    {
        RigOptions options = RigOptions.Small;
        await using Rig rig = Rig.StartAlone(sender, options);
        rig.Peer.Doorbell.Drops = _ => true;
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Fill(endpoint);

        Task waiting = endpoint.SendAsync("late"u8.ToArray(), rig.Token).AsTask();
        TestDoorbell doorbell = rig.DoorbellOf(sender);
        long waits = doorbell.WaitCount;
        await rig.UntilAsync(() => doorbell.WaitCount > waits + 1);
        Assert.NotNull(rig.Peer.Receive());
        await waiting.WaitAsync(rig.Token);
    }

    [Fact]
    public async Task ACancelledWaitFreesItsPlaceAndSendsNothing()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, NeverRechecks(WaitMode.Adaptive, eventIndex: false));
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Fill(endpoint);
        using var cancel = new CancellationTokenSource();

        Task first = endpoint.SendAsync("first"u8.ToArray(), rig.Token).AsTask();
        Task cancelled = endpoint.SendAsync("cancelled"u8.ToArray(), cancel.Token).AsTask();
        Task third = endpoint.SendAsync("third"u8.ToArray(), rig.Token).AsTask();
        await cancel.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(rig.Token));
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        for (int i = 0; i < 4; i++)
        {
            Assert.NotNull(rig.Peer.Receive());
        }

        await Task.WhenAll(first, third).WaitAsync(rig.Token);
        string[] got = new string[2];
        for (int i = 0; i < 2; i++)
        {
            got[i] = System.Text.Encoding.UTF8.GetString(rig.Peer.Receive()!.Payload);
        }

        Assert.Equal(["first", "third"], got.Order());
        Assert.Null(rig.Peer.Receive());
        Assert.Equal(4, Fill(endpoint));
    }

    [Fact]
    public async Task ATokenThatIsCancelledAlreadySendsNothing()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await endpoint.SendAsync("x"u8.ToArray(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await endpoint.RentSendBufferAsync(cancelled));

        Assert.Null(rig.Peer.Receive());
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task WaitingSendersEndWithTheReasonWhenThePeerGoes(VirtioRole sender)
    {
        await using Rig rig = Rig.StartAlone(sender, RigOptions.Small);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Fill(endpoint);
        Task send = endpoint.SendAsync("x"u8.ToArray(), rig.Token).AsTask();
        Task rent = endpoint.RentSendBufferAsync(rig.Token).AsTask();

        rig.Peer.Kill();

        Assert.Equal(RpmsgCloseReason.PeerGone, await ReasonAsync(send, rig));
        Assert.Equal(RpmsgCloseReason.PeerGone, await ReasonAsync(rent, rig));
        var closed = Assert.Throws<RpmsgClosedException>(() => endpoint.TrySend("y"u8));
        Assert.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
    }

    [Fact]
    public async Task WhatWasSentWithMoreToFollowIsShownTogetherAtTheFlush()
    {
        await using Rig rig = Rig.CreateAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });

        Assert.True(endpoint.TrySend("a"u8, more: true));
        Assert.True(endpoint.TrySend("b"u8, more: true));
        Assert.Null(rig.Peer.Receive());
        endpoint.Flush();

        Assert.Equal("a"u8, rig.Peer.Receive()!.Payload);
        Assert.Equal("b"u8, rig.Peer.Receive()!.Payload);
        Assert.Equal(1, rig.DriverDoorbell.KickCount);
    }

    [Fact]
    public async Task AFullRingIsShownToThePeerEvenWithoutAFlush()
    {
        RigOptions options = NeverRechecks(WaitMode.InterruptOnly, eventIndex: false);
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, options);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        while (endpoint.TrySend("x"u8, more: true))
        {
        }

        Assert.NotNull(rig.Peer.Receive());
    }

    [Theory]
    [InlineData(true, UsedLength.WholeBuffer)]
    [InlineData(false, UsedLength.Message)]
    [InlineData(true, UsedLength.Message)]
    public async Task EveryDialectCarriesMessagesBothWays(bool eventIndex, UsedLength usedLength)
    {
        await using Rig rig = Rig.Start(RigOptions.Small with { EventIndex = eventIndex, UsedLength = usedLength });
        (RpmsgEndpoint driver, RpmsgEndpoint device) = rig.Pair(VirtioRole.Driver);

        for (int i = 0; i < 500; i++)
        {
            await driver.SendAsync(BitConverter.GetBytes(i), rig.Token);
            using RpmsgMessage there = await device.ReceiveAsync(rig.Token);
            await device.SendAsync(there.Memory, rig.Token);
            using RpmsgMessage back = await driver.ReceiveAsync(rig.Token);
            Assert.Equal(BitConverter.GetBytes(i), back.Payload);
        }

        Assert.Equal(0ul, rig.Driver.GetStatistics().PeerFaults);
        Assert.Equal(0ul, rig.Device.GetStatistics().PeerFaults);
    }

    internal static int Fill(RpmsgEndpoint endpoint)
    {
        int sent = 0;
        while (endpoint.TrySend("fill"u8))
        {
            sent++;
        }

        return sent;
    }

    internal static RigOptions NeverRechecks(WaitMode mode, bool eventIndex)
    {
        var options = new RpmsgLinkOptions { WaitMode = mode, BufferRecheckInterval = TimeSpan.FromHours(1) };
        return RigOptions.Small with { EventIndex = eventIndex, Driver = options, Device = options };
    }

    internal static async Task<RpmsgCloseReason> ReasonAsync(Task task, Rig rig)
        => (await Assert.ThrowsAsync<RpmsgClosedException>(() => task.WaitAsync(rig.Token))).Reason;
}
