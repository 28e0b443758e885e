// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class ZeroCopyTests
{
    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task ARentedBufferIsFilledInPlaceAndSent(VirtioRole sender)
    {
        await using Rig rig = Rig.Start(RigOptions.Small);
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(sender);

        for (int i = 0; i < 50; i++)
        {
            using RpmsgSendBuffer buffer = await near.RentSendBufferAsync(rig.Token);
            Assert.Equal(near.MaxPayloadBytes, buffer.Payload.Length);
            BitConverter.TryWriteBytes(buffer.Payload, i);
            buffer.Send(sizeof(int));
            using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
            Assert.Equal(BitConverter.GetBytes(i), message.Payload);
        }
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task AReleasedBufferIsFreeAgainAndNothingIsSent(VirtioRole sender)
    {
        await using Rig rig = Rig.StartAlone(sender, RigOptions.Small);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });

        for (int i = 0; i < 20; i++)
        {
            Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
            buffer.Dispose();
        }

        Assert.Null(rig.Peer.Receive());
        Assert.Equal(4, SendTests.Fill(endpoint));
    }

    [Fact]
    public async Task AReleasedBufferServesWhoWaits()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, SendTests.NeverRechecks(WaitMode.InterruptOnly, false));
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer rented));
        SendTests.Fill(endpoint);
        Task sending = endpoint.SendAsync("x"u8.ToArray(), rig.Token).AsTask();
        Assert.False(sending.IsCompleted);

        rented.Dispose();

        await sending.WaitAsync(rig.Token);
    }

    [Fact]
    public async Task ASentOrReleasedBufferIsOfNoMoreUseThroughAnyCopy()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, RigOptions.Small);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
        RpmsgSendBuffer copy = buffer;
        buffer.Send(1);

        Assert.Throws<ObjectDisposedException>(() => copy.Payload.Length);
        Assert.Throws<ObjectDisposedException>(() => copy.Send(1));
        Assert.Throws<ObjectDisposedException>(() => copy.SendTo(1, 8));
        copy.Dispose();
        buffer.Dispose();

        // Nor once the same buffer is lent again.
        Assert.NotNull(rig.Peer.Receive());
        var rented = new List<RpmsgSendBuffer>();
        while (endpoint.TryRentSendBuffer(out RpmsgSendBuffer next))
        {
            rented.Add(next);
        }

        Assert.Equal(4, rented.Count);
        copy.Dispose();
        Assert.Throws<ObjectDisposedException>(() => copy.Send(1));
        Assert.All(rented, next => next.Payload.Clear());
        rented.ForEach(next => next.Dispose());
        Assert.Null(rig.Peer.Receive());
    }

    [Fact]
    public async Task ALengthBeyondTheBufferOrAnUnknownPeerLeavesTheBufferToItsOwner()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));

        Assert.Throws<InvalidOperationException>(() => buffer.Send(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.SendTo(1, RpmsgAddress.Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.SendTo(-1, 7));
        Assert.Throws<RpmsgMessageTooLongException>(() => buffer.SendTo(buffer.Payload.Length + 1, 7));
        buffer.SendTo(buffer.Payload.Length, 7);

        Assert.Equal(endpoint.MaxPayloadBytes, rig.Peer.Receive()!.Payload.Length);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task HeldMessagesStayAsTheyAreAndGoBackInAnyOrder(VirtioRole receiver)
    {
        await using Rig rig = Rig.StartAlone(receiver);
        var held = new ConcurrentQueue<RpmsgHeldBuffer>();
        rig.Link.CreateEndpoint(Holder(9, held));
        var random = new Random(4711);

        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 60; i++)
            {
                Assert.Equal(RpmsgSendResult.Sent, rig.Peer.Send(7, 9, BitConverter.GetBytes(i)));
            }

            await rig.UntilAsync(() => held.Count == 60);
            RpmsgHeldBuffer[] buffers = [.. held];
            held.Clear();
            Assert.Equal(60, rig.Link.GetStatistics().HeldReceiveBuffers);
            int[] order = [.. Enumerable.Range(0, 60)];
            random.Shuffle(order);
            foreach (int i in order)
            {
                Assert.Equal(BitConverter.GetBytes(i), buffers[i].Payload);
                Assert.Equal(7u, buffers[i].Source);
                buffers[i].Dispose();
            }
        }

        Assert.Equal(0, rig.Link.GetStatistics().HeldReceiveBuffers);
    }

    [Fact]
    public async Task ThreeQuartersOfTheBuffersCanBeHeldAndNoMore()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device, new() { ToDeviceEntryCount = 16 });
        var held = new ConcurrentQueue<RpmsgHeldBuffer>();
        rig.Link.CreateEndpoint(Holder(9, held));

        for (int i = 0; i < 40; i++)
        {
            await rig.UntilAsync(() => rig.Peer.Send(7, 9, BitConverter.GetBytes(i)) == RpmsgSendResult.Sent);
        }

        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesReceived == 40);
        Assert.Equal(12, held.Count);
        Assert.True(held.TryDequeue(out RpmsgHeldBuffer first));
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Payload.Length);
        Assert.Throws<ObjectDisposedException>(first.Dispose);
        rig.Peer.Send(7, 9, "one more"u8);
        await rig.UntilAsync(() => held.Count == 12);
        foreach (RpmsgHeldBuffer buffer in held)
        {
            buffer.Dispose();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMessageIsHeldOnce(bool throughACopy)
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device);
        var seen = new TaskCompletionSource<(RpmsgHeldBuffer Held, Exception? Refusal)>();
        rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                RpmsgInlineMessage copy = message;
                Assert.True(copy.TryHold(out RpmsgHeldBuffer held));
                Exception? refusal = null;
                try
                {
                    _ = throughACopy ? message.TryHold(out _) : copy.TryHold(out _);
                }
                catch (InvalidOperationException exception)
                {
                    refusal = exception;
                }

                seen.SetResult((held, refusal));
            },
        });

        rig.Peer.Send(7, 9, "once"u8);

        (RpmsgHeldBuffer held, Exception? refusal) = await seen.Task.WaitAsync(rig.Token);
        Assert.NotNull(refusal);
        Assert.Equal(1, rig.Link.GetStatistics().HeldReceiveBuffers);
        Assert.Equal("once"u8, held.Payload);
        held.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheMemoryStaysUntilTheLastBufferIsBack(bool peerDies)
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        var held = new ConcurrentQueue<RpmsgHeldBuffer>();
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(Holder(9, held));
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer rented));
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer sent));
        rig.Peer.Send(7, 9, "kept"u8);
        await rig.UntilAsync(() => held.Count == 1);

        if (peerDies)
        {
            rig.Peer.Kill();
            Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion.WaitAsync(rig.Token));
        }

        await rig.Link.DisposeAsync();
        Assert.Equal(0, rig.Memory.DriverOwner.DisposeCount);
        Assert.True(held.TryDequeue(out RpmsgHeldBuffer buffer));
        Assert.Equal("kept"u8, buffer.Payload);
        rented.Payload.Clear();
        Assert.Throws<RpmsgClosedException>(() => sent.Send(1));
        buffer.Dispose();
        Assert.Equal(0, rig.Memory.DriverOwner.DisposeCount);
        rented.Dispose();

        Assert.Equal(1, rig.Memory.DriverOwner.DisposeCount);
        Assert.Throws<ObjectDisposedException>(() => rented.Payload.Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.Payload.Length);
        rented.Dispose();
        Assert.Equal(1, rig.Memory.DriverOwner.DisposeCount);
        Assert.Equal(1, rig.DriverDoorbell.DisposeCount);
    }

    [Fact]
    public async Task TheMemoryIsLetGoHoweverSendingAndDisposingMeet()
    {
        for (int i = 0; i < 300; i++)
        {
            await using Rig rig = Rig.StartAlone(VirtioRole.Driver, RigOptions.Small);
            RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9, RemoteAddress = 7 });
            Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
            Task sending = Task.Run(
                () =>
                {
                    try
                    {
                        buffer.Send(1);
                    }
                    catch (RpmsgClosedException)
                    {
                    }
                },
                rig.Token);
            await rig.Link.DisposeAsync();
            await sending.WaitAsync(rig.Token);
            Assert.Equal(1, rig.Memory.DriverOwner.DisposeCount);
        }
    }

    private static RpmsgEndpointOptions Holder(uint address, ConcurrentQueue<RpmsgHeldBuffer> held) => new()
    {
        LocalAddress = address,
        RemoteAddress = 7,
        InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage message) =>
        {
            if (message.TryHold(out RpmsgHeldBuffer buffer))
            {
                held.Enqueue(buffer);
            }
        },
    };
}
