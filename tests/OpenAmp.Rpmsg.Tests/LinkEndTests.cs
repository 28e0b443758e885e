// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class LinkEndTests
{
    [Theory]
    [InlineData(VirtioRole.Driver, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Device, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Driver, WaitMode.InterruptOnly)]
    [InlineData(VirtioRole.Device, WaitMode.PollOnly)]
    public async Task APeerThatGoesEndsEverythingWithTheReason(VirtioRole role, WaitMode mode)
    {
        var logger = new RecordingLogger();
        RpmsgLinkOptions options = new() { Name = "lonely", Logger = logger, WaitMode = mode };
        await using Rig rig = Rig.StartAlone(role, new() { Driver = options, Device = options });
        RpmsgEndpoint endpoint = await rig.Link.CreateEndpointAsync("svc", null, rig.Token);
        Task receiving = endpoint.ReceiveAsync(rig.Token).AsTask();
        Task connecting = rig.Link.ConnectAsync("other", rig.Token).AsTask();

        rig.Peer.Kill();

        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, await SendTests.ReasonAsync(receiving, rig));
        Assert.Equal(RpmsgCloseReason.PeerGone, await SendTests.ReasonAsync(connecting, rig));
        Assert.Throws<RpmsgClosedException>(() => rig.Link.CreateEndpoint());
        Assert.Throws<RpmsgClosedException>(() => rig.Link.Listen("x"));
        Assert.Throws<RpmsgClosedException>(() => endpoint.TryRentSendBuffer(out _));
        Assert.Equal(0, rig.Link.EndpointCount);
        Assert.Contains("'lonely'", Assert.Single(logger.OfId(2)).Message, StringComparison.Ordinal);
        Assert.Single(logger.OfId(1));
        await rig.Link.DisposeAsync();
        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADriverThatResetsTheRingsEndsTheDevicesLink(bool hasSent)
    {
        RpmsgLinkOptions options = new() { WaitMode = WaitMode.InterruptOnly };
        await using Rig rig = Rig.StartAlone(VirtioRole.Device, new() { Device = options });
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        if (hasSent)
        {
            await endpoint.SendAsync("before"u8.ToArray(), rig.Token);
        }
        else
        {
            Assert.Equal(RpmsgSendResult.Sent, rig.Peer.Send(7, endpoint.LocalAddress, []));
            using RpmsgMessage message = await endpoint.ReceiveAsync(rig.Token);
        }

        ulong waits = rig.Link.GetStatistics().ThreadWaits;
        rig.Peer.Doorbell.Kick(0);
        await rig.UntilAsync(() => rig.Link.GetStatistics().ThreadWaits > waits);

        rig.RebindPeer();
        Assert.Equal(RpmsgSendResult.Sent, rig.Peer.Send(7, endpoint.LocalAddress, "after"u8));

        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(rig.Token));
        Assert.Equal(0UL, rig.Link.GetStatistics().PeerFaults);
    }

    [Theory]
    [InlineData(VirtioRole.Driver, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Device, WaitMode.Adaptive)]
    [InlineData(VirtioRole.Driver, WaitMode.InterruptOnly)]
    [InlineData(VirtioRole.Device, WaitMode.PollOnly)]
    public async Task AReceiveIndexThatJumpsBreaksTheLink(VirtioRole role, WaitMode mode)
    {
        RpmsgLinkOptions options = new() { WaitMode = mode };
        await using Rig rig = Rig.StartAlone(role, new() { Driver = options, Device = options });
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();

        Jump(rig, role);
        rig.Peer.Doorbell.Kick(0);

        Assert.Equal(RpmsgCloseReason.PeerBroken, await rig.Link.Completion.WaitAsync(rig.Token));
        var closed = Assert.Throws<RpmsgClosedException>(() => endpoint.TrySendTo("x"u8, 1));
        Assert.Equal(RpmsgCloseReason.PeerBroken, closed.Reason);
        Assert.Equal(1ul, rig.Link.GetStatistics().PeerFaults);
    }

    [Fact]
    public async Task AnIndexThatJumpsWhileTheLinkAsksForSilenceNeedsNoKickToBeSeen()
    {
        // It watches for the whole test: no kick would come, and a correct peer may rely on that.
        RpmsgLinkOptions options = new() { MaxSpinTime = TimeSpan.FromMinutes(1) };
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver, new() { Driver = options });

        await rig.SettleAsync();
        Jump(rig, VirtioRole.Driver);

        Assert.Equal(RpmsgCloseReason.PeerBroken, await rig.Link.Completion.WaitAsync(rig.Token));
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task ASenderThatFindsTheRingBrokenEndsTheLink(VirtioRole role)
    {
        RpmsgLinkOptions options = new() { WaitMode = WaitMode.InterruptOnly };
        await using Rig rig = Rig.StartAlone(role, RigOptions.Small with { Driver = options, Device = options });
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { RemoteAddress = 7 });
        SendTests.Fill(endpoint);

        // The ring it sends on, which its thread does not watch.
        RpmsgLayout layout = rig.Memory.Layout;
        rig.Memory.Poke(
            role == VirtioRole.Driver
                ? layout.ToDevice.RingAddress.Plus(layout.ToDevice.Ring.UsedOffsetBytes + 2)
                : layout.ToDriver.RingAddress.Plus(layout.ToDriver.Ring.AvailOffsetBytes + 2),
            0x8000);
        var closed = Assert.Throws<RpmsgClosedException>(() => endpoint.TrySend("x"u8));

        Assert.Equal(RpmsgCloseReason.PeerBroken, closed.Reason);
        Assert.Equal(RpmsgCloseReason.PeerBroken, await rig.Link.Completion.WaitAsync(rig.Token));
    }

    [Fact]
    public async Task APausedLinkWhosePeerIsGoneWaitsForItsReaderWithoutTurningInCircles()
    {
        await using Rig rig = Rig.CreateAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(
            new() { LocalAddress = 9, ReceiveQueueCapacity = 1, WhenFull = ReceiveFullMode.PauseLink });
        for (int i = 0; i < 3; i++)
        {
            rig.Peer.Send(7, 9, BitConverter.GetBytes(i));
        }

        rig.Peer.Kill();
        rig.Link.Start();
        await rig.UntilAsync(() => rig.DriverDoorbell.WaitCount > 0);
        long start = Stopwatch.GetTimestamp();
        long before = rig.DriverDoorbell.WaitCount;
        await rig.UntilAsync(() => Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(100));
        Assert.InRange(rig.DriverDoorbell.WaitCount - before, 0, 100);

        for (int i = 0; i < 3; i++)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(message.Payload));
        }

        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Link.Completion.WaitAsync(rig.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposingMayBeDoneOftenAndByManyAtOnce(bool started)
    {
        await using Rig rig = Rig.CreateAlone(VirtioRole.Driver);
        if (started)
        {
            rig.Link.Start();
        }

        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint();
        Task[] disposing = [.. Enumerable.Range(0, 8).Select(
            _ => Task.Run(async () => await rig.Link.DisposeAsync(), rig.Token))];
        await Task.WhenAll(disposing).WaitAsync(rig.Token);
        await rig.Link.DisposeAsync().AsTask().WaitAsync(rig.Token);

        Assert.Equal(RpmsgCloseReason.Disposed, await rig.Link.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion.WaitAsync(rig.Token));
        Assert.Equal(1, rig.Memory.DriverOwner.DisposeCount);
        Assert.Equal(1, rig.DriverDoorbell.DisposeCount);
        Assert.Throws<InvalidOperationException>(rig.Link.Start);
    }

    [Fact]
    public async Task DisposingTellsThePeerOfEachEndpointAndThenGoes()
    {
        await using Rig rig = Rig.Start();
        RpmsgEndpoint one = await rig.Driver.CreateEndpointAsync("svc", null, rig.Token);
        RpmsgEndpoint other = await rig.Device.ConnectAsync("svc", rig.Token);

        await rig.Driver.DisposeAsync();

        Assert.Equal(RpmsgCloseReason.Disposed, await one.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await other.Completion.WaitAsync(rig.Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, await rig.Device.Completion.WaitAsync(rig.Token));
    }

    [Fact]
    public async Task SayingGoodbyeToADeadPeerEndsAtItsTimeoutForAllEndpointsTogether()
    {
        var logger = new RecordingLogger();
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            new()
            {
                Driver = new() { GoodbyeTimeout = TimeSpan.FromMilliseconds(300), Logger = logger },
                ToDeviceEntryCount = 64,
            });
        for (int i = 0; i < 40; i++)
        {
            _ = await rig.Link.CreateEndpointAsync($"svc{i}", null, rig.Token);
        }

        SendTests.Fill(rig.Link.CreateEndpoint(new() { RemoteAddress = 7 }));
        long start = Stopwatch.GetTimestamp();
        await rig.Link.DisposeAsync().AsTask().WaitAsync(rig.Token);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(290), TimeSpan.FromSeconds(5));
        Assert.Equal(40, logger.OfId(9).Length);
    }

    [Fact]
    public async Task EndpointsMayEndWhileTheirLinkEnds()
    {
        for (int round = 0; round < 200; round++)
        {
            await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
            RpmsgEndpoint[] endpoints = [.. Enumerable.Range(0, 20).Select(_ => rig.Link.CreateEndpoint())];
            Task creating = Task.Run(
                () =>
                {
                    try
                    {
                        while (true)
                        {
                            rig.Link.CreateEndpoint();
                        }
                    }
                    catch (RpmsgClosedException closed)
                    {
                        Assert.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
                    }
                },
                rig.Token);
            Task ending = Task.Run(
                async () =>
                {
                    foreach (RpmsgEndpoint endpoint in endpoints)
                    {
                        await endpoint.DisposeAsync();
                    }
                },
                rig.Token);
            rig.Peer.Kill();
            await Task.WhenAll(creating, ending, rig.Link.Completion).WaitAsync(rig.Token);
            Assert.All(endpoints, endpoint => Assert.True(endpoint.Completion.IsCompleted));
            Assert.Equal(0, rig.Link.EndpointCount);
        }
    }

    [Fact]
    public async Task ADisposedLinkLeavesNoThreadBehind()
    {
        string name = $"t{Guid.NewGuid():N}"[..8];
        for (int i = 0; i < 20; i++)
        {
            await using Rig rig = Rig.Start(new() { Driver = new() { Name = name }, Device = new() { Name = name } });
            Assert.NotEqual(0, ThreadCount(name));
        }

        // A thread's name outlives its last managed line by a moment.
        long start = Stopwatch.GetTimestamp();
        while (ThreadCount(name) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5))
        {
            await Task.Yield();
        }

        Assert.Equal(0, ThreadCount(name));
    }

    [Fact]
    public async Task AnIdleLinkBlocksAndUsesNoProcessorTime()
    {
        await using Rig rig = Rig.Start();
        await rig.UntilAsync(() => rig.DriverDoorbell.WaitCount > 0 && rig.DeviceDoorbell.WaitCount > 0);
        long before = rig.DriverDoorbell.WaitCount + rig.DeviceDoorbell.WaitCount;
        long start = Stopwatch.GetTimestamp();
        await rig.UntilAsync(() => Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(100));

        Assert.InRange(rig.DriverDoorbell.WaitCount + rig.DeviceDoorbell.WaitCount - before, 0, 2);
    }

    [Fact]
    public void ALayoutOutsideTheMemoryIsRefusedWithWhereItLies()
    {
        var block = new SharedBlock(new());
        (TestDoorbell doorbell, TestDoorbell other) = TestDoorbell.CreatePair();
        using TestDoorbell one = doorbell;
        using TestDoorbell two = other;
        RpmsgLayout layout = block.Layout;
        layout.ToDevice.PoolAddress = new DeviceAddress(0x1234_5000);
        var description = new RpmsgLinkDescription
        {
            Role = VirtioRole.Driver,
            Memory = block.Region,
            Layout = layout,
            Doorbell = doorbell,
            MemoryOwner = block.DriverOwner,
        };

        var thrown = Assert.Throws<ArgumentException>(() => RpmsgLink.Create(description, new()));

        Assert.Contains("to the device", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("0x12345000", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(0, block.DriverOwner.DisposeCount);
        Assert.Equal(0, doorbell.DisposeCount);
        block.DriverOwner.Dispose();
        block.DeviceOwner.Dispose();
    }

    [Fact]
    public async Task AddressesThatAreTakenOrReservedAreRefused()
    {
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            new() { Driver = new() { FirstDynamicAddress = 0x30 } });
        rig.Link.CreateEndpoint(new() { LocalAddress = 9 });

        Assert.Throws<ArgumentException>(() => rig.Link.CreateEndpoint(new() { LocalAddress = 9 }));
        Assert.Throws<ArgumentException>(
            () => rig.Link.CreateEndpoint(new() { LocalAddress = RpmsgAddress.NameService }));
        uint[] given = [.. Enumerable.Range(0, 10).Select(_ => rig.Link.CreateEndpoint().LocalAddress)];
        Assert.Equal(10, given.Distinct().Count());
        Assert.DoesNotContain(RpmsgAddress.NameService, given);
        Assert.Equal(11, rig.Link.EndpointCount);
    }

    private static void Jump(Rig rig, VirtioRole role)
    {
        RpmsgLayout layout = rig.Memory.Layout;
        rig.Memory.Poke(
            role == VirtioRole.Driver
                ? layout.ToDriver.RingAddress.Plus(layout.ToDriver.Ring.UsedOffsetBytes + 2)
                : layout.ToDevice.RingAddress.Plus(layout.ToDevice.Ring.AvailOffsetBytes + 2),
            0x8000);
    }

    private static int ThreadCount(string name)
    {
        // The kernel keeps 15 bytes of a thread's name.
        IEnumerable<string> threads = Directory.EnumerateDirectories("/proc/self/task");
        return threads.Count(IsNamed);

        bool IsNamed(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "comm")).Contains(name, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
