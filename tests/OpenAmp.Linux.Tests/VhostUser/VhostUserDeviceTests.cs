// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>A device that is not RPMsg, as a program writes one.</summary>
public sealed class VhostUserDeviceTests
{
    private const ulong Features = (1UL << 32) | FrontEnd.ProtocolFeaturesBit;
    private const ulong EventIndex = 1UL << 29;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const VhostUserProtocolFeatures Protocol = VhostUserProtocolFeatures.ReplyAck
        | VhostUserProtocolFeatures.Configuration | VhostUserProtocolFeatures.BackEndRequests
        | VhostUserProtocolFeatures.QueueCount;

    [Theory]
    [InlineData(0UL)]
    [InlineData(EventIndex)]
    public async Task ChainsAreReadAndAnsweredDirectlyAndThroughTables(ulong features)
    {
        RecordingDevice device = new() { Kicked = Reverse };
        await using Served served = new(device);
        using FrontEndRings rings = served.Bind(Features | features);
        using DriverRing ring = new(served.FrontEnd, rings, 0, features != 0);
        for (int round = 0; round < 200; round++)
        {
            "hello,"u8.CopyTo(ring.Buffer(0));
            " device"u8.CopyTo(ring.Buffer(1));
            VirtqSegment[] chain =
                [ring.Readable(0, 6), ring.Readable(1, 7), ring.Writable(2, 5), ring.Writable(3, 64)];
            if (round % 2 == 0)
            {
                ring.Offer(chain);
                Assert.Equal(13u, ring.NextUsed());
            }
            else
            {
                // The queue of the driver here knows nothing of what stands in the table.
                ring.OfferIndirect(4, chain);
                _ = ring.NextUsed();
            }

            Assert.Equal("ecive"u8.ToArray(), ring.Buffer(2)[..5].ToArray());
            Assert.Equal("d ,olleh"u8.ToArray(), ring.Buffer(3)[..8].ToArray());
        }
    }

    [Fact]
    public async Task SmallMessagesGoBothWays()
    {
        RecordingDevice device = new()
        {
            Kicked = static queue =>
            {
                byte[] message = new byte[16];
                while (queue.Index == 0 && queue.TryReceive(message, out int length))
                {
                    Assert.Equal(8, length);
                }
            },
        };
        await using Served served = new(device);
        using FrontEndRings rings = served.Bind();
        using DriverRing toDevice = new(served.FrontEnd, rings, 0);
        using DriverRing toDriver = new(served.FrontEnd, rings, 1);
        VhostUserQueue sending = served.NextDriver().Queues[1];
        Assert.False(sending.TrySend("nowhere to go"u8));
        toDriver.Offer(toDriver.Writable(0, 16));
        Assert.True(sending.TrySend("message"u8));
        Assert.Equal(7u, toDriver.NextUsed());
        Assert.Equal("message"u8.ToArray(), toDriver.Buffer(0)[..7].ToArray());
        toDevice.Offer(toDevice.Readable(0, 8));
        Assert.Equal(0u, toDevice.NextUsed());
    }

    [Fact]
    public async Task AQueueThatIsNeverEmptyStarvesNoOther()
    {
        // The driver refills the first queue as soon as the device has taken something: a loop until it is empty
        // would never end.
        DriverRing? busy = null;
        using CancellationTokenSource stop = new();
        RecordingDevice device = new()
        {
            Kicked = queue =>
            {
                while (queue.TryTake(out VhostUserChain? chain))
                {
                    Assert.True(chain.Complete());
                    if (queue.Index == 0 && !stop.IsCancellationRequested)
                    {
                        Assert.True(busy!.TryTakeUsed(out _));
                        busy.Offer(busy.Readable(0, 4));
                    }
                }
            },
        };
        await using Served served = new(device);
        using FrontEndRings rings = served.Bind();
        using (busy = new DriverRing(served.FrontEnd, rings, 0))
        {
            using DriverRing other = new(served.FrontEnd, rings, 1);
            busy.Offer(busy.Readable(0, 4));
            try
            {
                for (int count = 0; count < 10; count++)
                {
                    other.Offer(other.Readable(0, 4));
                    _ = other.NextUsed();
                }

                Assert.True(served.FrontEnd.IsAccepted(Request.SetOwner, [])); // Nor is the socket starved.
            }
            finally
            {
                await stop.CancelAsync();
                rings.Unbind();
            }
        }
    }

    [Fact]
    public async Task ChainsOutsideTheMemoryComeBackUnusedAndAreCounted()
    {
        RecordingDevice device = new() { Kicked = Reverse };
        await using Served served = new(device);
        using FrontEndRings rings = served.Bind();
        using DriverRing ring = new(served.FrontEnd, rings, 0);
        ring.Offer(new VirtqSegment(new DeviceAddress(0x1000), 16, deviceWrites: true));
        Assert.Equal(0u, ring.NextUsed());
        ring.Offer(ring.Readable(0, 1), ring.Writable(1, 1));
        Assert.Equal(1u, ring.NextUsed());
        Assert.Equal(1u, served.NextDriver().Queues[0].Faults.BuffersOutside);
    }

    [Fact]
    public async Task AQueueThatWasTakenAwayGivesNothingAndTouchesNothing()
    {
        List<VhostUserChain> taken = [];
        using ManualResetEventSlim kicked = new();
        RecordingDevice device = new()
        {
            Kicked = queue =>
            {
                if (queue.TryTake(out VhostUserChain? chain))
                {
                    taken.Add(chain);
                    kicked.Set();
                }
            },
        };
        await using Served served = new(device);
        using FrontEndRings rings = served.Bind();
        using DriverRing ring = new(served.FrontEnd, rings, 0);
        VhostUserDriver driver = served.NextDriver();
        ring.Offer(ring.Readable(0, 8), ring.Writable(1, 8));
        Assert.True(kicked.Wait(Limit, TestContext.Current.CancellationToken));

        rings.Unbind();
        byte[] before = Bytes.Of(served.FrontEnd.Memory.Region).ToArray();
        VhostUserChain chain = Assert.Single(taken);
        Assert.Equal(0, chain.Read(0, new byte[8]));
        Assert.Equal(0, chain.Write(0, new byte[] { 1, 2 }));
        Assert.False(chain.Complete(2));
        Assert.False(driver.Queues[0].TryTake(out _));
        Assert.False(driver.Queues[0].IsUsable);
        Assert.Equal(before, Bytes.Of(served.FrontEnd.Memory.Region).ToArray());
        Assert.True(await device.TakenAway.WaitAsync(Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AQueueThatIsStoppedTellsWhereAndGoesOnThere()
    {
        await using Served served = new(new RecordingDevice { Kicked = Reverse });
        using FrontEndRings rings = served.Bind();
        using DriverRing ring = new(served.FrontEnd, rings, 0);
        for (int round = 0; round < 5; round++)
        {
            ring.Offer(ring.Readable(0, 1), ring.Writable(1, 1));
            Assert.Equal(1u, ring.NextUsed());
            ulong stopped = served.FrontEnd.AskWord(Request.GetVringBase, 0);
            Assert.Equal(FrontEnd.Pair(0, (uint)round + 1), stopped);
            served.FrontEnd.Tell(Request.SetVringBase, [stopped]);
            rings.Start(0);
        }
    }

    [Fact]
    public async Task TheConfigurationSpaceIsReadAndWrittenWithinItsBounds()
    {
        await using Served served = new(new RecordingDevice());
        served.FrontEnd.Negotiate(Features, Protocol);
        Assert.Equal(2UL, served.FrontEnd.AskWord(Request.GetQueueNum));
        Assert.Equal([4, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6], Configuration(4, 3));
        Assert.Empty(Configuration(14, 3));
        Assert.True(served.FrontEnd.AreBytesAccepted(Request.SetConfig, [1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 77, 78]));
        Assert.Equal([77, 78], Configuration(1, 2)[12..]);
        Assert.False(served.FrontEnd.AreBytesAccepted(Request.SetConfig, [16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]));

        byte[] Configuration(int offset, int length)
        {
            byte[] request = new byte[12 + length];
            request[0] = (byte)offset;
            request[4] = (byte)length;
            served.FrontEnd.Send(Request.GetConfig, request, FrontEnd.Version);
            return served.FrontEnd.Read(Request.GetConfig);
        }
    }

    [Fact]
    public async Task ADriverMayLeaveOutQueuesThatAreNotRequired()
    {
        RecordingDevice device = new() { Required = 1, Kicked = Reverse };
        await using Served served = new(device);
        served.FrontEnd.Negotiate(Features, Protocol);
        served.FrontEnd.ShareMemory();
        using FrontEndRings rings = new(served.FrontEnd);
        rings.Clear(0);
        rings.Clear(1);
        rings.Describe(0);
        rings.Start(0);
        rings.Enable(0);
        VhostUserDriver driver = served.NextDriver();
        Assert.True(driver.Queues[0].IsUsable);
        Assert.False(driver.Queues[1].IsUsable);
        Assert.Equal(0, driver.Queues[1].EntryCount);

        rings.Describe(1);
        rings.Start(1);
        rings.Enable(1);
        Assert.True(served.NextDriver().Queues[1].IsUsable);
    }

    [Fact]
    public async Task WhatADeviceThrowsCostsTheFrontEndItsConnectionAndNothingElse()
    {
        int rounds = 0;
        RecordingDevice device = new()
        {
            Kicked = queue =>
            {
                if (rounds++ == 0)
                {
                    throw new InvalidOperationException("a bug");
                }

                Reverse(queue);
            },
        };
        await using Served served = new(device);
        using (FrontEndRings rings = served.Bind())
        {
            rings.Kick(0);
            Assert.True(served.FrontEnd.IsSentAway());
        }

        served.Reconnect();
        using FrontEndRings again = served.Bind();
        using DriverRing ring = new(served.FrontEnd, again, 0);
        ring.Offer(ring.Readable(0, 1), ring.Writable(1, 1));
        Assert.Equal(1u, ring.NextUsed());
    }

    [Fact]
    public void ADeviceThatNoServerCanServeIsRefused()
    {
        using MeetingPlace place = new();
        VhostUserServerOptions options = new() { SocketPath = place.SocketPath };
        Assert.Throws<ArgumentException>(() => VhostUserServer.Start(options, new RecordingDevice { Queues = 0 }));
        Assert.Throws<ArgumentException>(() => VhostUserServer.Start(options, new RecordingDevice { Queues = 257 }));
        Assert.Throws<ArgumentException>(() => VhostUserServer.Start(options, new RecordingDevice { Required = 3 }));
        Assert.Throws<ArgumentException>(() => VhostUserServer.Start(options, new PackedDevice()));
    }

    /// <summary>Answers each chain with its bytes in the other order.</summary>
    private static void Reverse(VhostUserQueue queue)
    {
        while (queue.TryTake(out VhostUserChain? chain))
        {
            byte[] bytes = new byte[chain.ReadableBytes];
            Assert.Equal(bytes.Length, chain.Read(0, bytes));
            bytes.AsSpan().Reverse();
            Assert.True(chain.Complete((uint)chain.Write(0, bytes)));
        }
    }

    private sealed class PackedDevice : VhostUserDevice
    {
        public override string Name => "packed";

        public override int QueueCount => 1;

        public override VirtioFeatures Features => base.Features.With(VirtioFeatures.RingPacked);

        protected internal override void OnReady(VhostUserDriver driver)
        {
        }

        protected internal override void OnKicked(VhostUserQueue queue)
        {
        }

        protected internal override void OnTakenAway(VhostUserDriver driver)
        {
        }
    }

    private sealed class Served : IAsyncDisposable
    {
        private readonly MeetingPlace _place = new();
        private readonly VhostUserServer _server;
        private readonly RecordingDevice _device;

        internal Served(RecordingDevice device)
        {
            _device = device;
            _server = VhostUserServer.Start(new VhostUserServerOptions { SocketPath = _place.SocketPath }, device);
            FrontEnd = FrontEnd.Connect(_server.SocketPath);
        }

        internal FrontEnd FrontEnd { get; private set; }

        internal void Reconnect()
        {
            FrontEnd.Dispose();
            FrontEnd = FrontEnd.Connect(_server.SocketPath);
        }

        internal FrontEndRings Bind(ulong features = Features)
        {
            FrontEnd.Negotiate(features, Protocol);
            FrontEnd.ShareMemory();
            FrontEndRings rings = new(FrontEnd);
            rings.Bind();
            Assert.True(FrontEnd.IsAccepted(Request.SetOwner, []));
            return rings;
        }

        internal VhostUserDriver NextDriver()
        {
            Assert.True(_device.Drivers.TryTake(out VhostUserDriver? driver, Limit));
            return driver;
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            FrontEnd.Dispose();
            _place.Dispose();
        }
    }
}
