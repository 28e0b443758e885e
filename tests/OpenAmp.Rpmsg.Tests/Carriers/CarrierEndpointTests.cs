// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests.Carriers;

/// <summary>What an endpoint does, over a port.</summary>
public sealed class CarrierEndpointTests
{
    [Fact]
    public async Task MessagesGoBothWaysWithTheirBoundariesAndAddresses()
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        byte[] longest = [.. Enumerable.Range(0, endpoint.MaxPayloadBytes).Select(i => (byte)(i % 251))];

        await endpoint.SendAsync("one"u8.ToArray(), rig.Token);
        Assert.True(endpoint.TrySend([]));
        await endpoint.SendToAsync(longest, 0x99, rig.Token);
        Assert.Equal("one"u8.ToArray(), await port.TakeAsync(rig.Token));
        Assert.Empty(await port.TakeAsync(rig.Token));
        Assert.Equal(longest, await port.TakeAsync(rig.Token));

        port.Arrive("first"u8, 0x42);
        port.Arrive([]);
        port.Arrive(longest);
        using RpmsgMessage first = await endpoint.ReceiveAsync(rig.Token);
        using RpmsgMessage empty = await endpoint.ReceiveAsync(rig.Token);
        using RpmsgMessage last = await endpoint.ReceiveAsync(rig.Token);
        Assert.Equal("first"u8, first.Payload);
        Assert.Equal(0x42u, first.Source);
        Assert.Equal(endpoint.LocalAddress, first.Destination);
        Assert.Equal(0, empty.LengthBytes);
        Assert.Equal(0x99u, empty.Source);
        Assert.Equal(longest, last.Payload);
    }

    [Fact]
    public async Task WhatAPortCannotDoIsNotSupportedAndSaysWhatToDo()
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();

        var destination = Assert.Throws<NotSupportedException>(() => endpoint.TrySendTo([1], 0x77));
        Assert.Contains("0x77", destination.Message, StringComparison.Ordinal);
        Assert.Contains("0x99", destination.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => endpoint.TrySendOffChannel([1], 0x1, 0x99));
        Assert.Throws<RpmsgMessageTooLongException>(() => endpoint.TrySend(new byte[497]));
        await Assert.ThrowsAsync<RpmsgMessageTooLongException>(
            async () => await endpoint.SendAsync(new byte[497], rig.Token));

        Assert.True(endpoint.TrySend([7]));
        Assert.Equal([7], await port.TakeAsync(rig.Token));
    }

    [Fact]
    public async Task APortThatSendsAnywhereTakesAnyDestination()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { SendsAnywhere = true });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();

        Assert.True(endpoint.TrySendTo([1], 0x77));

        Assert.Equal(0x77u, port.Take().Address);
    }

    [Fact]
    public async Task AFullPortHoldsSendersBackAndLosesNothing()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 4 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        for (byte i = 0; i < 4; i++)
        {
            Assert.True(endpoint.TrySend([i]));
        }

        Assert.False(endpoint.TrySend([99]));
        List<Task> sends = [.. Enumerable.Range(4, 60).Select(i => endpoint.SendAsync(new[] { (byte)i }, rig.Token)
            .AsTask())];
        Assert.DoesNotContain(sends, task => task.IsCompleted);
        Assert.False(endpoint.TrySend([99]));

        var arrived = new List<byte>();
        while (arrived.Count < 64)
        {
            arrived.AddRange(await port.TakeAsync(rig.Token));
        }

        // Sends that wait side by side have no order among them.
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (byte)i), arrived.Order());
        await Task.WhenAll(sends).WaitAsync(rig.Token);
        Assert.Equal(64u, rig.Link.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task ACancelledSendIsNotSent()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 1 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        Assert.True(endpoint.TrySend([1]));
        using var cancellation = new CancellationTokenSource();

        // More than the path has buffers: the last ones wait for a buffer, the first ones for room.
        Task[] sends = [.. Enumerable.Range(0, 20).Select(_ => endpoint.SendAsync(new byte[] { 2 }, cancellation.Token)
            .AsTask())];
        await cancellation.CancelAsync();
        foreach (Task send in sends)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send);
        }

        Task after = endpoint.SendAsync(new byte[] { 3 }, rig.Token).AsTask();
        Assert.Equal([1], await port.TakeAsync(rig.Token));
        Assert.Equal([3], await port.TakeAsync(rig.Token));
        await after;
        Assert.Equal(16, rig.Link.GetStatistics().FreeTransmitBuffers);
    }

    [Fact]
    public async Task RentedBuffersAreBoundedAndGoOutInOrder()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 2 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        int count = 0;
        while (endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer))
        {
            buffer.Payload[0] = (byte)count++;
            buffer.Send(1);
            Assert.Throws<ObjectDisposedException>(() => buffer.Send(1));
            Assert.True(count < 100, "Buffers are bounded.");
        }

        ValueTask<RpmsgSendBuffer> waiting = endpoint.RentSendBufferAsync(rig.Token);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal([(byte)i], await port.TakeAsync(rig.Token));
        }

        (await waiting).Dispose();
        Assert.Equal((ulong)count, rig.Link.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task DisposingSendsWhatWaitsForRoomFirst()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 1 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        Assert.True(endpoint.TrySend([1]));
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
        buffer.Payload[0] = 2;
        buffer.Send(1);

        Task disposing = endpoint.DisposeAsync().AsTask();
        Assert.Equal([1], await port.TakeAsync(rig.Token));
        Assert.Equal([2], await port.TakeAsync(rig.Token));
        await disposing.WaitAsync(rig.Token);

        Assert.True(port.IsDisposed);
        Assert.Empty(rig.Logger.OfId(14));
    }

    [Fact]
    public async Task WhatCouldNotBeSentIsReported()
    {
        await using CarrierRig rig = CarrierRig.Start(
            new() { Capacity = 0 }, new() { GoodbyeTimeout = TimeSpan.FromMilliseconds(20) });
        (RpmsgEndpoint endpoint, _) = await rig.OpenAsync();
        Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
        buffer.Send(1);
        Task waiting = endpoint.SendAsync(new byte[] { 1 }, rig.Token).AsTask();

        await endpoint.DisposeAsync();

        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(() => waiting);
        Assert.Equal(RpmsgCloseReason.Disposed, closed.Reason);
        Assert.Contains("1 messages", Assert.Single(rig.Logger.OfId(14)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullQueueDropsOrPausesThePort()
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint dropping, MemoryPort one) = await rig.OpenAsync(new() { ReceiveQueueCapacity = 2 });
        (RpmsgEndpoint pausing, MemoryPort other) = await rig.OpenAsync(
            new() { ReceiveQueueCapacity = 2, WhenFull = ReceiveFullMode.PauseLink });
        for (byte i = 0; i < 10; i++)
        {
            one.Arrive([i]);
            other.Arrive([i]);
        }

        while (dropping.DroppedCount < 8)
        {
            await Task.Delay(1, rig.Token);
        }

        // Two in the queue and one in the reader's hands; the carrier keeps the others.
        Assert.InRange(other.ReadCount, 0, 3);
        for (byte i = 0; i < 10; i++)
        {
            using RpmsgMessage message = await pausing.ReceiveAsync(rig.Token);
            Assert.Equal([i], message.Payload);
        }

        Assert.Equal(0, pausing.DroppedCount);
        Assert.Equal(8u, rig.Link.GetStatistics().DroppedQueueFull);
    }

    [Fact]
    public async Task HandlersSeeMessagesHoldThemAndAnswer()
    {
        await using CarrierRig rig = CarrierRig.Start();
        var held = new TaskCompletionSource<RpmsgHeldBuffer>();
        int count = 0;
        (_, MemoryPort port) = await rig.OpenAsync(new()
        {
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                if (++count == 1)
                {
                    Assert.True(message.TryHold(out RpmsgHeldBuffer buffer));
                    held.SetResult(buffer);
                }

                Assert.True(self.TrySend(message.Payload));
            },
        });

        port.Arrive("kept"u8);
        port.Arrive("next"u8);

        Assert.Equal("kept"u8.ToArray(), await port.TakeAsync(rig.Token));
        Assert.Equal("next"u8.ToArray(), await port.TakeAsync(rig.Token));
        RpmsgHeldBuffer kept = await held.Task.WaitAsync(rig.Token);
        Assert.Equal("kept"u8, kept.Payload);
        Assert.Equal(1, rig.Link.GetStatistics().HeldReceiveBuffers);
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.Dispose());
        Assert.Equal(0, rig.Link.GetStatistics().HeldReceiveBuffers);
    }

    [Fact]
    public async Task AHandlerMayHoldThreeQuartersOfTheBuffersAndDisposeItsOwnEndpoint()
    {
        await using CarrierRig rig = CarrierRig.Start();
        var buffers = new List<RpmsgHeldBuffer>();
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync(new()
        {
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                if (message.TryHold(out RpmsgHeldBuffer buffer))
                {
                    buffers.Add(buffer);
                }
                else
                {
                    self.DisposeAsync().AsTask().GetAwaiter().GetResult();
                }
            },
        });
        for (int i = 0; i < 20; i++)
        {
            port.Arrive([1]);
        }

        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion.WaitAsync(rig.Token));
        Assert.Equal(12, buffers.Count);
        buffers.ForEach(static buffer => buffer.Dispose());
    }

    [Fact]
    public async Task AHandlerThatThrowsEndsItsEndpointOnly()
    {
        await using CarrierRig rig = CarrierRig.Start();
        (RpmsgEndpoint broken, MemoryPort port) = await rig.OpenAsync(new()
        {
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message)
                => throw new InvalidOperationException("on purpose"),
        });
        (RpmsgEndpoint other, _) = await rig.OpenAsync();

        port.Arrive([1]);

        Assert.Equal(RpmsgCloseReason.HandlerFailed, await broken.Completion.WaitAsync(rig.Token));
        Assert.True(other.TrySend([1]));
    }

    [Fact]
    public async Task StreamsAndPipesWorkOverAPort()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 2 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync(
            new() { WhenFull = ReceiveFullMode.PauseLink });
        await using RpmsgStream stream = endpoint.AsStream();
        byte[] text = Encoding.UTF8.GetBytes(new string('x', 1500));

        Task writing = stream.WriteAsync(text, rig.Token).AsTask();
        int received = 0;
        while (received < text.Length)
        {
            received += (await port.TakeAsync(rig.Token)).Length;
        }

        await writing;
        port.Arrive("hello "u8);
        port.Arrive("world"u8);
        byte[] read = new byte[11];
        await stream.ReadExactlyAsync(read, rig.Token);
        Assert.Equal("hello world"u8, read);
        port.End(RpmsgCloseReason.RemoteDestroyed);
        Assert.Equal(0, await stream.ReadAsync(read, rig.Token));
    }
}
