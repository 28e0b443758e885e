// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class ReceiveTests
{
    [Fact]
    public async Task TryReceiveTakesWhatHasArrivedAndDoesNotWait()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        Assert.False(endpoint.TryReceive(out _));

        rig.Peer.Send(7, 9, "hello"u8);
        RpmsgMessage message = default;
        await rig.UntilAsync(() => endpoint.TryReceive(out message));

        Assert.Equal("hello"u8, message.Payload);
        Assert.False(endpoint.TryReceive(out _));
        message.Dispose();
    }

    [Fact]
    public async Task ASecondReceiveAtTheSameTimeIsRefused()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        Task<RpmsgMessage> first = endpoint.ReceiveAsync(rig.Token).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await endpoint.ReceiveAsync(rig.Token));
        rig.Peer.Send(7, 9, "for the first"u8);

        using RpmsgMessage message = await first.WaitAsync(rig.Token);
        Assert.Equal("for the first"u8, message.Payload);
    }

    [Fact]
    public async Task ManyReadersAtOnceAreServedOrRefusedButNothingIsLostOrDoubled()
    {
        const int Count = 4000;
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(
            VirtioRole.Driver, new() { WhenFull = ReceiveFullMode.PauseLink });
        int[] seen = new int[Count];
        int total = 0;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
        Task[] readers = new Task[4];
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = Task.Run(ReadAsync, rig.Token);
        }

        for (int i = 0; i < Count; i++)
        {
            await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
        }

        await Task.WhenAll(readers).WaitAsync(rig.Token);
        Assert.All(seen, count => Assert.Equal(1, count));

        async Task ReadAsync()
        {
            try
            {
                while (true)
                {
                    try
                    {
                        using RpmsgMessage message = await far.ReceiveAsync(done.Token);
                        Interlocked.Increment(ref seen[BitConverter.ToInt32(message.Payload)]);
                        if (Interlocked.Increment(ref total) == Count)
                        {
                            await done.CancelAsync();
                        }
                    }
                    catch (InvalidOperationException refused)
                    {
                        Assert.Contains("one reader at a time", refused.Message, StringComparison.Ordinal);
                        await Task.Yield();
                        done.Token.ThrowIfCancellationRequested();
                    }
                }
            }
            catch (OperationCanceledException) when (total == Count)
            {
            }
        }
    }

    [Fact]
    public async Task CancellingReceivesLosesNoMessage()
    {
        const int Count = 3000;
        const int Burst = 100;
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(
            VirtioRole.Driver, new() { WhenFull = ReceiveFullMode.PauseLink });

        // A burst is sent for each receive that was cancelled: however fast the sender is, some find nothing.
        using var cancellations = new SemaphoreSlim(0);
        Task sending = Task.Run(
            async () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    if (i % Burst == 0)
                    {
                        await cancellations.WaitAsync(rig.Token);
                    }

                    await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
                    Thread.SpinWait(i % 97);
                }
            },
            rig.Token);

        int cancelled = 0;
        for (int expected = 0; expected < Count;)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
            ValueTask<RpmsgMessage> receive = far.ReceiveAsync(cancel.Token);
            Task cancelling = Task.Run(cancel.Cancel, CancellationToken.None);
            try
            {
                using RpmsgMessage message = await receive;
                Assert.Equal(expected++, BitConverter.ToInt32(message.Payload));
            }
            catch (OperationCanceledException) when (!rig.Token.IsCancellationRequested)
            {
                cancelled++;
                cancellations.Release();
            }

            await cancelling;
        }

        await sending.WaitAsync(rig.Token);
        Assert.InRange(cancelled, Count / Burst, int.MaxValue);
    }

    [Fact]
    public async Task ReceiveAllEndsInGoodOrderWhenThisSideDisposesTheEndpoint()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        Task<int> counting = CountAsync(endpoint, rig.Token);
        rig.Peer.Send(7, 9, "one"u8);
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesReceived == 1);

        await endpoint.DisposeAsync();

        Assert.InRange(await counting.WaitAsync(rig.Token), 0, 1);
        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion.WaitAsync(rig.Token));
        await Assert.ThrowsAsync<RpmsgClosedException>(async () => await endpoint.ReceiveAsync(rig.Token));
    }

    [Fact]
    public async Task ReceiveAllGivesWhatIsQueuedAndEndsInGoodOrderWhenThePeerDestroysItsEndpoint()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        rig.Peer.Announce("svc", 7);
        RpmsgEndpoint endpoint = await rig.Link.ConnectAsync("svc", rig.Token);
        for (int i = 0; i < 3; i++)
        {
            rig.Peer.Send(7, endpoint.LocalAddress, "queued"u8);
        }

        rig.Peer.Announce("svc", 7, isDestroy: true);

        Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await endpoint.Completion.WaitAsync(rig.Token));
        Assert.Equal(3, await CountAsync(endpoint, rig.Token).WaitAsync(rig.Token));
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(async () => await endpoint.ReceiveAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.RemoteDestroyed, closed.Reason);
        Assert.Contains("'svc'", closed.Message, StringComparison.Ordinal);
        Assert.Throws<RpmsgClosedException>(() => endpoint.TrySend("too late"u8));
    }

    [Fact]
    public async Task ReceiveAllGivesWhatIsQueuedAndThenThrowsWhenThePeerWentAway()
    {
        await using Rig rig = Rig.CreateAlone(VirtioRole.Device);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        for (int i = 0; i < 3; i++)
        {
            rig.Peer.Send(7, 9, "in the ring"u8);
        }

        rig.Peer.Kill();
        rig.Link.Start();

        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(rig.Token));
        int count = 0;
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(
            async () =>
            {
                await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(rig.Token))
                {
                    message.Dispose();
                    count++;
                }
            });
        Assert.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
        Assert.Equal(3, count);
    }

    [Fact]
    public async Task ReceiveAllEndsWithItsToken()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();
        using var cancel = new CancellationTokenSource();
        Task<int> counting = CountAsync(endpoint, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counting.WaitAsync(rig.Token));
    }

    [Fact]
    public async Task AMessageIsThisSidesOwnUntilItIsDisposed()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9 });
        rig.Peer.Send(7, 9, "first"u8);
        RpmsgMessage first = await endpoint.ReceiveAsync(rig.Token);
        for (int i = 0; i < 600; i++)
        {
            rig.Peer.Send(7, 9, "other"u8);
            using RpmsgMessage other = await endpoint.ReceiveAsync(rig.Token);
        }

        Assert.Equal("first"u8, first.Payload);
        RpmsgMessage copy = first;
        first.Dispose();
        copy.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Payload.Length);
        Assert.Throws<ObjectDisposedException>(() => copy.Memory);
    }

    [Fact]
    public async Task AFullQueueDropsCountsAndLeavesTheOthersAlone()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint blocked = rig.Link.CreateEndpoint(new() { LocalAddress = 9, ReceiveQueueCapacity = 2 });
        RpmsgEndpoint other = rig.Link.CreateEndpoint(new() { LocalAddress = 10 });

        for (int i = 0; i < 5; i++)
        {
            rig.Peer.Send(7, 9, BitConverter.GetBytes(i));
        }

        rig.Peer.Send(7, 10, "other"u8);
        using RpmsgMessage message = await other.ReceiveAsync(rig.Token);

        Assert.Equal("other"u8, message.Payload);
        Assert.Equal(3, blocked.DroppedCount);
        Assert.Equal(3ul, rig.Link.GetStatistics().DroppedQueueFull);
        for (int i = 0; i < 2; i++)
        {
            using RpmsgMessage kept = await blocked.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(kept.Payload));
        }
    }

    [Theory]
    [InlineData(WaitMode.Adaptive)]
    [InlineData(WaitMode.InterruptOnly)]
    [InlineData(WaitMode.PollOnly)]
    public async Task PauseLinkLosesNothingAndGoesOnWhenTheReaderCatchesUp(WaitMode mode)
    {
        int count = mode == WaitMode.PollOnly ? 30 : 2000;
        await using Rig rig = Rig.Start(RigOptions.Small.WithMode(mode));
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(
            VirtioRole.Device, new() { ReceiveQueueCapacity = 1, WhenFull = ReceiveFullMode.PauseLink });
        Task sending = Task.Run(
            async () =>
            {
                for (int i = 0; i < count; i++)
                {
                    await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
                }
            },
            rig.Token);
        await rig.UntilAsync(() => rig.Device.GetStatistics().SenderWaits > 0);

        for (int i = 0; i < count; i++)
        {
            using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(message.Payload));
        }

        await sending.WaitAsync(rig.Token);
        Assert.Equal(0, far.DroppedCount);
    }

    [Fact]
    public async Task DisposingTheEndpointThatPausedTheLinkLetsTheLinkGoOn()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, SendTests.NeverRechecks(WaitMode.InterruptOnly, false));
        RpmsgEndpoint paused = rig.Link.CreateEndpoint(
            new() { LocalAddress = 9, ReceiveQueueCapacity = 1, WhenFull = ReceiveFullMode.PauseLink });
        RpmsgEndpoint other = rig.Link.CreateEndpoint(new() { LocalAddress = 10 });
        rig.Peer.Send(7, 9, "kept"u8);
        rig.Peer.Send(7, 9, "stalls"u8);
        rig.Peer.Send(7, 10, "behind it"u8);
        await rig.UntilAsync(() => rig.Link.GetStatistics().MessagesReceived == 2);

        await paused.DisposeAsync();

        using RpmsgMessage message = await other.ReceiveAsync(rig.Token);
        Assert.Equal("behind it"u8, message.Payload);
    }

    [Fact]
    public async Task AMessageForNobodyIsCountedAndItsBufferGoesBack()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Device, RigOptions.Small);

        for (int i = 0; i < 20; i++)
        {
            await rig.UntilAsync(() => rig.Peer.Send(7, 4711, "nobody"u8) == RpmsgSendResult.Sent);
        }

        await rig.UntilAsync(() => rig.Link.GetStatistics().DroppedNoEndpoint == 20);
    }

    private static async Task<int> CountAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        int count = 0;
        IAsyncEnumerable<RpmsgMessage> all = endpoint.ReceiveAllAsync(cancellationToken);
        await foreach (RpmsgMessage message in all)
        {
            message.Dispose();
            count++;
        }

        return count;
    }
}
