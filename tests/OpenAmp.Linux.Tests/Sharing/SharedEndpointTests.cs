// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharedEndpointTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private const int MessageCount = 10_000;
    private const int InFlight = 16;

    private readonly CancellationTokenSource _limit = Firmware.Limit();
    private readonly ManualResetEventSlim _stuck = new();

    private static RpmsgEndpointOptions Pausing => new()
    {
        Announce = false,
        WhenFull = ReceiveFullMode.PauseLink,
        ReceiveQueueCapacity = 8,
    };

    private CancellationToken Limit => _limit.Token;

    public void Dispose()
    {
        _limit.Dispose();
        _stuck.Dispose();
    }

    [Fact]
    public async Task MessagesOfEverySizeComeBackWholeAndInOrder()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        Assert.Equal(496, endpoint.MaxPayloadBytes);
        using var window = new SemaphoreSlim(InFlight);
        Task sending = SendAllAsync(endpoint, window);
        for (int i = 0; i < MessageCount; i++)
        {
            using RpmsgMessage answer = await endpoint.ReceiveAsync(Limit);
            Assert.True(answer.Payload.SequenceEqual(Message(i)), $"Message {i} came back as another.");
            Assert.Equal(endpoint.RemoteAddress, answer.Source);
            window.Release();
        }

        await sending;
        SharingStatistics statistics = bench.Sharing.Statistics;
        Assert.Equal(MessageCount, statistics.MessagesSent);
        Assert.Equal(MessageCount, statistics.MessagesReceived);
        Assert.Equal(0, statistics.MessagesDropped);
    }

    [Fact]
    public async Task ServicesAndEndpointsAreListedWithWhoTookThem()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        RpmsgLink link = bench.Processor.Rpmsg;
        await Eventually.HoldsAsync(() => link.GetServices().Any(IsFreeEcho), Limit);
        SharedDescription before = await SharedDescription.ReadAsync(bench.Sharing.SocketPath, Limit);
        Assert.Equal(RemoteProcessorState.Running, before.State);
        Assert.Equal(["trace"], before.Traces);
        Assert.Contains(Assert.Single(before.Links).Services, IsFreeEcho);

        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        SharedDescription after = await SharedDescription.ReadAsync(bench.Sharing.SocketPath, Limit);
        SharedLinkDescription described = Assert.Single(after.Links);
        Assert.Contains(new RpmsgService("echo", endpoint.RemoteAddress, IsTaken: true), described.Services);
        Assert.Contains(
            new SharedEndpoint(endpoint.LocalAddress, endpoint.RemoteAddress, "echo"), described.Endpoints);
        Assert.Equal(1, after.Sharing.Endpoints);
        Assert.True(described.Statistics.MessagesReceived > 0);
    }

    [Fact]
    public async Task AnnouncementsReachAListenerAndAreTakenByIt()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        using RpmsgListener listener = processor.Rpmsg.Listen(
            Firmware.Service, new RpmsgEndpointOptions { Announce = false });
        await using RpmsgEndpoint endpoint = await listener.AcceptAsync(Limit);
        await Firmware.EchoAsync(endpoint, "accepted", Limit);
        Assert.Contains(
            new RpmsgService("echo", endpoint.RemoteAddress, IsTaken: true), bench.Processor.Rpmsg.GetServices());
    }

    [Fact]
    public async Task AServiceHasOneTakerAtATimeAndTheNextGetsItAfterwards()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor one = await bench.ConnectAsync(Limit);
        await using RemoteProcessor other = await bench.ConnectAsync(Limit);
        RpmsgEndpoint first = await Firmware.ConnectAsync(one.Rpmsg, Limit);
        Task<RpmsgEndpoint> second = Firmware.ConnectAsync(other.Rpmsg, Limit).AsTask();
        await Firmware.EchoAsync(first, "first", Limit);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await using RpmsgEndpoint next = await second;
        await Firmware.EchoAsync(next, "next", Limit);
    }

    [Fact]
    public async Task EndpointsWithoutANameUseTheAddressesThatAreGiven()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await Eventually.HoldsAsync(() => bench.Processor.Rpmsg.GetServices().Any(IsFreeEcho), Limit);
        uint remote = bench.Processor.Rpmsg.GetServices().First(IsFreeEcho).Address;
        await using RpmsgEndpoint endpoint = processor.Rpmsg.CreateEndpoint(
            new() { LocalAddress = 77, RemoteAddress = remote });
        Assert.Equal(77u, endpoint.LocalAddress);
        await Firmware.EchoAsync(endpoint, "by address", Limit);
        ArgumentException taken = Assert.ThrowsAny<ArgumentException>(
            () => processor.Rpmsg.CreateEndpoint(new() { LocalAddress = 77 }));
        Assert.Contains("0x4d", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastMessagesBeforeDisposingAreSent()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        for (int i = 0; i < 200; i++)
        {
            await endpoint.SendAsync(Message(i), Limit);
        }

        await endpoint.DisposeAsync();
        Assert.Equal(200, bench.Sharing.Statistics.MessagesSent);
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
    }

    [Fact]
    public async Task SlowReaderHoldsUpOnlyItself()
    {
        // Firmware that waits for room, unlike that in C.
        await using SharedBench bench = await SharedBench.OpenAsync(
            new() { MaxQueuedBytes = 32 * 496 }, new(), Limit, DotnetFirmware.Playing("firmware"));
        await bench.StartAsync(DotnetFirmware.Path, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint slow = await processor.Rpmsg.ConnectAsync(
            Firmware.Service, new() { Announce = false, InlineHandler = Stick }, Limit);
        await using RpmsgEndpoint own = bench.Processor.Rpmsg.CreateEndpoint(
            new() { RemoteAddress = slow.RemoteAddress });
        for (int round = 0; round < 40; round++)
        {
            for (int i = 0; i < 50; i++)
            {
                await slow.SendAsync(Message(400), Limit);
            }

            // The same link, and the same service, in the program that shares it.
            await Firmware.EchoAsync(own, $"meanwhile {round}", Limit);
        }

        Assert.True(bench.Processor.Rpmsg.GetEndpoints().Sum(endpoint => endpoint.DroppedCount) > 0);
        _stuck.Set();
        await slow.DisposeAsync();
        Assert.True(bench.Sharing.Statistics.MessagesDropped > 0);
    }

    [Fact]
    public async Task PausingTheLinkMustBeAllowed()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        SharingException refused = await Assert.ThrowsAsync<SharingException>(
            () => processor.Rpmsg.ConnectAsync(Firmware.Service, Pausing, Limit).AsTask());
        Assert.Contains("AllowPausing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsLostWhenASlowReaderPausesTheLink()
    {
        // Firmware that waits for room, unlike that in C; its own queue takes as many as are sent here.
        const int count = 900;
        await using SharedBench bench = await SharedBench.OpenAsync(
            new() { AllowPausing = true, MaxQueuedBytes = 16 * 496 }, new(), Limit, DotnetFirmware.Playing("firmware"));
        await bench.StartAsync(DotnetFirmware.Path, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint endpoint = await processor.Rpmsg.ConnectAsync(Firmware.Service, Pausing, Limit);
        for (int i = 0; i < count; i++)
        {
            await endpoint.SendAsync(Message(i), Limit);
        }

        for (int i = 0; i < count; i++)
        {
            using RpmsgMessage answer = await endpoint.ReceiveAsync(Limit);
            Assert.True(answer.Payload.SequenceEqual(Message(i)), $"Message {i} came back as another.");
        }

        Assert.Equal(0, bench.Sharing.Statistics.MessagesDropped);
        Assert.Equal(0ul, bench.Processor.Rpmsg.GetStatistics().DroppedQueueFull);
    }

    [Fact]
    public async Task MessagesThatAreTooLongAreRefusedHere()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Assert.ThrowsAsync<RpmsgMessageTooLongException>(
            () => endpoint.SendAsync(new byte[497], Limit).AsTask());
        await Firmware.EchoAsync(endpoint, "goes on", Limit);
    }

    [Fact]
    public async Task SharingThatEndsTellsEveryEndpoint()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RpmsgLink link = processor.Rpmsg;
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(link, Limit);
        await bench.Sharing.DisposeAsync();
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Limit));
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Limit));
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
        Assert.Equal(RemoteProcessorState.Running, bench.Processor.State);
        await Firmware.EchoAsync(bench.Processor.Rpmsg, "still ours", Limit);
    }

    private void Stick(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message) => _stuck.Wait(Limit);

    private static bool IsFreeEcho(RpmsgService service) => service is { Name: "echo", IsTaken: false };

    private static byte[] Message(int number)
    {
        byte[] message = new byte[number % 497];
        Array.Fill(message, unchecked((byte)(number * 7)));
        return message;
    }

    private async Task SendAllAsync(RpmsgEndpoint endpoint, SemaphoreSlim window)
    {
        for (int i = 0; i < MessageCount; i++)
        {
            await window.WaitAsync(Limit);
            await endpoint.SendAsync(Message(i), Limit);
        }
    }
}
