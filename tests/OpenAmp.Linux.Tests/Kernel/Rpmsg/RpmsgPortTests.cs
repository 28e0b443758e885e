// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

/// <summary>A port over a pair of sockets that keep message boundaries, as an endpoint device does.</summary>
public sealed class RpmsgPortTests
{
    private const int UnixFamily = 1;
    private const int SequencedPackets = 5 | 0x800 | 0x8_0000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MessagesKeepTheirBoundaries()
    {
        (KernelRpmsgPort port, SafeFileHandle peer) = Create();
        byte[] buffer = new byte[496];
        int[] lengths = [1, 496, 40, 0, 3];
        foreach (int length in lengths)
        {
            Write(peer, new byte[length]);
        }

        foreach (int length in lengths)
        {
            Assert.Equal(new RpmsgPortMessage(length, RpmsgAddress.Any), await port.ReceiveAsync(buffer, Token));
        }

        Assert.Equal(RpmsgPortSendResult.Sent, port.TrySend(new byte[7], 1));
        Assert.Equal(7, Read(peer));
        await port.DisposeAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task AMessageLongerThanTheLinkTakesIsNeverCut()
    {
        (KernelRpmsgPort port, SafeFileHandle peer) = Create();
        Write(peer, new byte[497]);
        Write(peer, new byte[5]);

        var failure = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await port.ReceiveAsync(new byte[496], Token));
        Assert.Equal(KernelRpmsgOutcome.TooLong, failure.Outcome);
        Assert.Contains("497", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await port.ReceiveAsync(new byte[496], Token)).LengthBytes);
        await port.DisposeAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task AWaitEndsWithAMessageACancellationOrTheEnd()
    {
        (KernelRpmsgPort port, SafeFileHandle peer) = Create();
        byte[] buffer = new byte[496];
        for (int i = 0; i < 100; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<RpmsgPortMessage> cancelled = port.ReceiveAsync(buffer, cancellation.Token).AsTask();
            Assert.False(cancelled.IsCompleted);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

            Task<RpmsgPortMessage> waiting = port.ReceiveAsync(buffer, Token).AsTask();
            Write(peer, new byte[i]);
            Assert.Equal(i, (await waiting.WaitAsync(TimeSpan.FromSeconds(10), Token)).LengthBytes);
        }

        Task<RpmsgPortMessage> last = port.ReceiveAsync(buffer, Token).AsTask();
        await port.DisposeAsync();
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(() => last);
        Assert.Equal(RpmsgCloseReason.Disposed, closed.Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task AFullPeerIsWaitedForByItsRoomOrByTheClock()
    {
        (KernelRpmsgPort port, SafeFileHandle peer) = Create();
        int count = 0;
        while (port.TrySend(new byte[400], 1) == RpmsgPortSendResult.Sent)
        {
            count++;
        }

        Assert.True(count > 0);
        for (int i = 0; i < 20; i++)
        {
            await port.WaitToSendAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
            Assert.Equal(RpmsgPortSendResult.Full, port.TrySend(new byte[400], 1));
        }

        for (int i = 0; i < count; i++)
        {
            Assert.Equal(400, Read(peer));
        }

        await port.WaitToSendAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(RpmsgPortSendResult.Sent, port.TrySend(new byte[400], 1));
        await port.DisposeAsync();
        peer.Dispose();
    }

    [Theory]
    [InlineData(RpmsgCloseReason.RemoteDestroyed)]
    [InlineData(RpmsgCloseReason.PeerGone)]
    public async Task ABrokenPipeEndsThePortWithWhatItsTransportSays(RpmsgCloseReason reason)
    {
        (KernelRpmsgPort port, SafeFileHandle peer) = Create(reason);
        peer.Dispose();

        Assert.Equal(RpmsgPortSendResult.Ended, port.TrySend(new byte[1], 1));
        Assert.NotNull(port.Ending);
        Assert.Equal(RpmsgPortSendResult.Ended, port.TrySend(new byte[1], 1));
        Assert.IsType<KernelRpmsgException>(port.Ending.InnerException);
        await port.WaitToSendAsync(Token);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task HundredsOfPortsWaitOnOneThread()
    {
        List<(KernelRpmsgPort Port, SafeFileHandle Peer)> all = [.. Enumerable.Range(0, 300).Select(_ => Create())];
        byte[][] buffers = [.. all.Select(_ => new byte[16])];
        int threads = Environment.ProcessorCount + ThreadPool.ThreadCount;
        Task<RpmsgPortMessage>[] waits =
            [.. all.Select((each, i) => each.Port.ReceiveAsync(buffers[i], Token).AsTask())];
        Assert.DoesNotContain(waits, static wait => wait.IsCompleted);
        Assert.True(ThreadPool.ThreadCount <= threads);
        for (int i = 0; i < all.Count; i++)
        {
            Write(all[i].Peer, [(byte)(i % 256)]);
        }

        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.All(buffers, (buffer, i) => Assert.Equal((byte)(i % 256), buffer[0]));
        foreach ((KernelRpmsgPort port, SafeFileHandle peer) in all)
        {
            await port.DisposeAsync();
            peer.Dispose();
        }
    }

    [Fact]
    public async Task AKernelWithoutFlowControlSaysSo()
    {
        // A socket has none either: ENOTTY.
        (KernelRpmsgPort port, SafeFileHandle peer) = Create();
        Assert.Equal(KernelRpmsgFlow.NotSupported, port.GetOutgoingFlow());
        Assert.Equal(KernelRpmsgFlow.NotSupported, port.SetIncomingFlow(pause: true));
        await port.DisposeAsync();
        peer.Dispose();
    }

    private static unsafe (KernelRpmsgPort Port, SafeFileHandle Peer) Create(
        RpmsgCloseReason end = RpmsgCloseReason.RemoteDestroyed)
    {
        int* sockets = stackalloc int[2];
        Assert.Equal(0, NativeCalls.socketpair(UnixFamily, SequencedPackets, 0, sockets));
        var port = new KernelRpmsgPort(
            new SafeFileHandle(sockets[0], ownsHandle: true),
            "/dev/rpmsg9",
            (0x400, 1),
            () => new ValueTask<RpmsgCloseReason>(end),
            beforeClose: null,
            afterClose: null);
        return (port, new SafeFileHandle(sockets[1], ownsHandle: true));
    }

    private static unsafe void Write(SafeFileHandle peer, byte[] payload)
    {
        fixed (byte* start = payload)
        {
            Assert.Equal(payload.Length, NativeCalls.write(
                (int)peer.DangerousGetHandle(), start, (nuint)payload.Length));
        }
    }

    private static unsafe int Read(SafeFileHandle peer)
    {
        byte* buffer = stackalloc byte[1024];
        return (int)NativeCalls.read((int)peer.DangerousGetHandle(), buffer, 1024);
    }
}
