// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class InlineHandlerTests
{
    [Fact]
    public async Task TheHandlerGetsEachMessageOnTheLinksThreadAndNobodyElseReceives()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        var seen = new TaskCompletionSource<(string?, uint, byte[])>();
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage message)
                => seen.TrySetResult((Thread.CurrentThread.Name, message.Source, message.Payload.ToArray())),
        });

        rig.Peer.Send(7, 9, "inline"u8);
        (string? thread, uint source, byte[] payload) = await seen.Task.WaitAsync(rig.Token);

        Assert.Equal("rpmsg driver", thread);
        Assert.Equal(7u, source);
        Assert.Equal("inline"u8, payload);
        Assert.Equal(7u, endpoint.RemoteAddress);
        Assert.Throws<InvalidOperationException>(() => endpoint.TryReceive(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await endpoint.ReceiveAsync(rig.Token));
        Assert.Throws<InvalidOperationException>(() => endpoint.AsStream());
        Assert.Throws<InvalidOperationException>(() => endpoint.AsDuplexPipe());
    }

    [Fact]
    public async Task AHandlerThatThrowsEndsItsEndpointAndNoOther()
    {
        var logger = new RecordingLogger();
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, new() { Driver = new() { Logger = logger } });
        var failure = new InvalidTimeZoneException("a bug of the program");
        RpmsgEndpoint failing = rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage _) => throw failure,
        });
        RpmsgEndpoint other = rig.Link.CreateEndpoint(new() { LocalAddress = 10 });

        rig.Peer.Send(7, 9, "x"u8);
        rig.Peer.Send(7, 10, "y"u8);

        using RpmsgMessage message = await other.ReceiveAsync(rig.Token);
        Assert.Equal(RpmsgCloseReason.HandlerFailed, await failing.Completion.WaitAsync(rig.Token));
        var closed = Assert.Throws<RpmsgClosedException>(() => failing.TrySend("z"u8));
        Assert.Equal(RpmsgCloseReason.HandlerFailed, closed.Reason);
        Assert.Same(failure, closed.InnerException);
        RecordingLogger.Entry logged = Assert.Single(logger.OfId(8));
        Assert.Equal(LogLevel.Error, logged.Level);
        Assert.Same(failure, logged.Exception);
        Assert.False(rig.Link.Completion.IsCompleted);
    }

    [Fact]
    public async Task AHandlerMayDisposeItsOwnEndpointAndGetsNoMoreMessages()
    {
        await using Rig rig = Rig.CreateAlone(VirtioRole.Driver);
        int calls = 0;
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                calls++;
                Assert.True(self.DisposeAsync().IsCompletedSuccessfully);
            },
        });
        for (int i = 0; i < 5; i++)
        {
            rig.Peer.Send(7, 9, "x"u8);
        }

        rig.Link.Start();

        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion.WaitAsync(rig.Token));
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesReceived == 5);
        Assert.Equal(1, calls);
        Assert.Equal(0, rig.Link.EndpointCount);
    }

    [Fact]
    public async Task AHandlerMayDisposeAnotherEndpoint()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint victim = await rig.Link.CreateEndpointAsync("victim", null, rig.Token);
        rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage _)
                => Assert.True(victim.DisposeAsync().IsCompletedSuccessfully),
        });

        rig.Peer.Send(7, 9, "x"u8);

        Assert.Equal(RpmsgCloseReason.Disposed, await victim.Completion.WaitAsync(rig.Token));
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesSent == 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AHandlerMayDisposeTheLinkEvenIfTheRingIsFullAndItBlocksOnIt(bool block)
    {
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            RigOptions.Small with { Driver = new() { GoodbyeTimeout = TimeSpan.FromMilliseconds(20) } });
        RpmsgEndpoint announced = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new()
        {
            LocalAddress = 9,
            RemoteAddress = 7,
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                Task disposing = self.Link.DisposeAsync().AsTask();
                bool waited = block && disposing.Wait(TimeSpan.FromSeconds(10), CancellationToken.None);
            },
        });
        SendTests.Fill(endpoint);

        rig.Peer.Send(7, 9, "x"u8);

        TimeSpan limit = TimeSpan.FromSeconds(5);
        Assert.Equal(RpmsgCloseReason.Disposed, await rig.Link.Completion.WaitAsync(limit, rig.Token));
        Assert.Equal(RpmsgCloseReason.Disposed, await announced.Completion.WaitAsync(rig.Token));
        await rig.Link.DisposeAsync().AsTask().WaitAsync(rig.Token);
        Assert.Equal(1, rig.Memory.DriverOwner.DisposeCount);
    }

    [Fact]
    public async Task AHandlerMayAnswerAtOnce()
    {
        const int Count = 2000;
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, _) = rig.Pair(VirtioRole.Driver, new()
        {
            InlineHandler = static (RpmsgEndpoint self, ref RpmsgInlineMessage message)
                => Assert.True(self.TrySendTo(message.Payload, message.Source)),
        });

        for (int i = 0; i < Count; i++)
        {
            await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
            using RpmsgMessage answer = await near.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(answer.Payload));
        }
    }

    [Fact]
    public async Task NoHandlerRunsAfterDisposeHasCompleted()
    {
        const int Rounds = 2000;
        await using Rig rig = Rig.Start(new() { Limit = TimeSpan.FromSeconds(60) });
        RpmsgEndpoint sender = rig.Driver.CreateEndpoint();
        using var stop = new CancellationTokenSource();
        Task sending = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ = sender.TrySendTo("x"u8, 9);
                }
            },
            rig.Token);

        int withMessages = 0;
        for (int i = 0; i < Rounds; i++)
        {
            int calls = 0;
            bool disposed = false;
            bool late = false;
            RpmsgEndpoint endpoint = rig.Device.CreateEndpoint(new()
            {
                LocalAddress = 9,
                InlineHandler = (RpmsgEndpoint _, ref RpmsgInlineMessage _) =>
                {
                    Interlocked.Increment(ref calls);
                    Thread.SpinWait(20);
                    late |= disposed;
                },
            });
            while (i % 2 == 0 && Interlocked.CompareExchange(ref calls, 0, 0) == 0)
            {
                rig.Token.ThrowIfCancellationRequested();
                Thread.SpinWait(10);
            }

            await endpoint.DisposeAsync();
            disposed = true;
            int atDispose = Interlocked.CompareExchange(ref calls, 0, 0);
            Thread.SpinWait(50);
            Assert.Equal(atDispose, Interlocked.CompareExchange(ref calls, 0, 0));
            Assert.False(late);
            withMessages += atDispose > 0 ? 1 : 0;
        }

        await stop.CancelAsync();
        await sending.WaitAsync(rig.Token);
        Assert.InRange(withMessages, Rounds / 2, Rounds);
    }
}
