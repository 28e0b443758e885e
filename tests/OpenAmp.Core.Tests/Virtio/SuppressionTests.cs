// SPDX-License-Identifier: BSD-3-Clause

using System;
using CsCheck;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Kicks are left out when they are not wanted and never when they are (VIRTIO 1.3, sections 2.7.7 and
/// 2.7.10).</summary>
public sealed class SuppressionTests
{
    /// <summary>More places than either side touches shared memory in one step.</summary>
    private const int Places = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DriverDoesNotKickADeviceThatAskedForSilence(bool eventIndex)
    {
        using var pair = new QueuePair(4, eventIndex);
        Assert.False(pair.Device.SetNotifications(wanted: false));
        _ = pair.Offer();
        Assert.Equal(0, pair.DriverMachine.NotifyCount);
        Assert.Equal(1ul, pair.Driver.KicksSuppressed);
        Assert.Equal(eventIndex ? 0 : 1, pair.Raw.UsedFlags);

        Assert.True(pair.Device.SetNotifications(wanted: true), "One chain is there already.");
        _ = pair.Device.TryTake(out _);
        Assert.False(pair.Device.SetNotifications(wanted: true));
        _ = pair.Offer();
        Assert.Equal(1, pair.DriverMachine.NotifyCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DeviceDoesNotKickADriverThatAskedForSilence(bool eventIndex)
    {
        using var pair = new QueuePair(4, eventIndex);
        Assert.False(pair.Driver.SetNotifications(wanted: false));
        _ = pair.Offer();
        HandBackOne(pair);
        Assert.Equal(0, pair.DeviceMachine.NotifyCount);
        Assert.Equal(eventIndex ? 0 : 1, pair.Raw.AvailFlags);

        Assert.True(pair.Driver.SetNotifications(wanted: true), "One chain came back already.");
        _ = pair.Driver.TryTakeUsed(out _, out _);
        Assert.False(pair.Driver.SetNotifications(wanted: true));
        _ = pair.Offer();
        HandBackOne(pair);
        Assert.Equal(1, pair.DeviceMachine.NotifyCount);
    }

    /// <summary>C library defect 6.1 #8: EVENT_IDX is accepted and then not used.</summary>
    [Fact]
    public void EventIndexWritesTheEventWordsAndLeavesTheFlagsAlone()
    {
        using var pair = new QueuePair(4, eventIndex: true);
        _ = pair.Offer();
        _ = pair.Device.TryTake(out _);
        _ = pair.Device.SetNotifications(wanted: true);
        Assert.Equal(1, pair.Raw.AvailEvent);
        _ = pair.Device.SetNotifications(wanted: false);
        Assert.Equal(0, pair.Raw.AvailEvent);
        _ = pair.Driver.SetNotifications(wanted: false);
        Assert.Equal(0xFFFF, pair.Raw.UsedEvent);
        Assert.Equal(0, pair.Raw.UsedFlags);
        Assert.Equal(0, pair.Raw.AvailFlags);
    }

    [Fact]
    public void EventIndexIgnoresTheFlagsOfThePeer()
    {
        using var pair = new QueuePair(4, eventIndex: true);
        pair.Raw.UsedFlags = 1;
        _ = pair.Offer();
        Assert.Equal(1, pair.DriverMachine.NotifyCount);
    }

    [Fact]
    public void EventIndexKicksOnceForAManyThatAreNotAskedFor()
    {
        using var pair = new QueuePair(64, eventIndex: true);
        for (int i = 0; i < 64; i++)
        {
            _ = pair.Offer();
        }

        Assert.Equal(1, pair.DriverMachine.NotifyCount);
        Assert.Equal(63ul, pair.Driver.KicksSuppressed);
    }

    [Fact]
    public void ChainsShownWithoutAnnouncementAreCoveredByTheNextKick()
    {
        using var pair = new QueuePair(4, eventIndex: true);
        Assert.True(pair.Driver.Post(pair.Build(8, deviceWrites: true)));
        pair.Driver.FlushUnannounced();
        Assert.Equal(1, pair.Raw.AvailIndex);
        Assert.Equal(0, pair.DriverMachine.NotifyCount);

        _ = pair.Offer();
        Assert.Equal(1, pair.DriverMachine.NotifyCount);
    }

    /// <summary>The device runs at each place in turn where the driver touches shared memory, and goes to sleep there.
    /// Whichever it is, it wakes or has seen the chain.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoKickIsLostWhereverInTheDriversFlushTheDeviceGoesToSleep(bool eventIndex)
    {
        for (int place = 0; place < Places; place++)
        {
            using var pair = new QueuePair(4, eventIndex);
            _ = pair.Device.SetNotifications(wanted: false);
            bool asleep = false;
            bool awakened = false;
            pair.DriverMachine.OnNotify = () => awakened = true;
            pair.DriverMachine.OnAccess = At(place, () => asleep = !pair.Device.SetNotifications(wanted: true));
            Assert.True(pair.Driver.Post(pair.Build(8, deviceWrites: true)));
            pair.Driver.Flush();

            Assert.True(!asleep || awakened, $"Asleep at place {place} with a chain in the ring.");
        }
    }

    /// <summary>The driver runs at each place in turn where the device, on its way to sleep, touches shared memory.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoKickIsLostWhereverInTheDevicesWayToSleepTheDriverFlushes(bool eventIndex)
    {
        for (int place = 0; place < Places; place++)
        {
            using var pair = new QueuePair(4, eventIndex);
            _ = pair.Device.SetNotifications(wanted: false);
            bool awakened = false;
            bool offered = false;
            pair.DriverMachine.OnNotify = () => awakened = true;
            pair.DeviceMachine.OnAccess = At(place, () => offered = pair.Offer() == 0);

            bool asleep = !pair.Device.SetNotifications(wanted: true);

            Assert.True(!asleep || awakened || !offered, $"Asleep with a chain that was offered at place {place}.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoKickIsLostWhereverInTheDevicesFlushTheDriverGoesToSleep(bool eventIndex)
    {
        for (int place = 0; place < Places; place++)
        {
            using var pair = new QueuePair(4, eventIndex);
            _ = pair.Driver.SetNotifications(wanted: false);
            bool asleep = false;
            bool awakened = false;
            _ = pair.Offer();
            pair.DeviceMachine.OnNotify = () => awakened = true;
            Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort head));
            pair.DeviceMachine.OnAccess = At(place, () => asleep = !pair.Driver.SetNotifications(wanted: true));
            Assert.True(pair.Device.Push(head, 0));
            pair.Device.Flush();

            Assert.True(!asleep || awakened, $"Asleep at place {place} with a chain in the ring.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoKickIsLostWhereverInTheDriversWayToSleepTheDeviceFlushes(bool eventIndex)
    {
        for (int place = 0; place < Places; place++)
        {
            using var pair = new QueuePair(4, eventIndex);
            _ = pair.Driver.SetNotifications(wanted: false);
            _ = pair.Offer();
            bool awakened = false;
            bool returned = false;
            pair.DeviceMachine.OnNotify = () => awakened = true;
            pair.DriverMachine.OnAccess = At(place, () =>
            {
                HandBackOne(pair);
                returned = true;
            });

            bool asleep = !pair.Driver.SetNotifications(wanted: true);

            Assert.True(!asleep || awakened || !returned, $"Asleep with a chain that came back at place {place}.");
        }
    }

    [Fact]
    public void NoConsumerSleepsOverWorkInAnyOrderOfStepsAcrossTheWraps()
        => Gen.Select(Gen.ULong, Gen.Int[0, 8], Gen.Bool)
            .Sample((seed, sizeBits, eventIndex) => RunSleepers(seed, 1u << sizeBits, eventIndex, 3000), iter: 40);

    [Theory]
    [InlineData(4u, true)]
    [InlineData(16u, false)]
    [InlineData(256u, true)]
    public void NoConsumerSleepsOverWorkAfterManyWraps(uint entryCount, bool eventIndex)
    {
        long kicks = RunSleepers(entryCount, entryCount, eventIndex, 500_000);
        Assert.True(kicks > 1000, $"Only {kicks} kicks: the run proved nothing.");
    }

    private static void HandBackOne(QueuePair pair)
    {
        Assert.Equal(QueueResult.Taken, pair.Device.TryTake(out ushort head));
        Assert.True(pair.Device.Push(head, 0));
        pair.Device.Flush();
    }

    private static Action At(int place, Action action)
    {
        int seen = 0;
        return () =>
        {
            if (seen++ == place)
            {
                action();
            }
        };
    }

    /// <summary>Either side publishes, consumes, arms and sleeps at random. While a side sleeps, there is nothing in
    /// its ring that was published after it armed.</summary>
    private static long RunSleepers(ulong seed, uint entryCount, bool eventIndex, int steps)
    {
        using var pair = new QueuePair(entryCount, eventIndex);
        var dice = new Dice(seed);
        bool deviceSleeps = false;
        bool driverSleeps = false;
        pair.DriverMachine.OnNotify = () => deviceSleeps = false;
        pair.DeviceMachine.OnNotify = () => driverSleeps = false;
        for (uint i = 0; i < entryCount; i++)
        {
            Assert.True(pair.Driver.Post(pair.Build(1, deviceWrites: true)));
        }

        pair.Driver.Flush();
        for (int i = 0; i < steps; i++)
        {
            if (!deviceSleeps && dice.OneIn(2))
            {
                RunDevice(pair, ref dice);
                deviceSleeps = dice.OneIn(3) && !pair.Device.SetNotifications(wanted: true);
            }

            if (!driverSleeps && dice.OneIn(2))
            {
                RunDriver(pair, ref dice);
                driverSleeps = dice.OneIn(3) && !pair.Driver.SetNotifications(wanted: true);
            }

            Assert.False(deviceSleeps && pair.Device.HasAvailable(), $"Step {i}: the device sleeps over work.");
            Assert.False(driverSleeps && pair.Driver.HasUsed(), $"Step {i}: the driver sleeps over work.");
            Assert.False(deviceSleeps && driverSleeps, $"Step {i}: both sleep, though chains are on their way.");
        }

        return pair.DriverMachine.NotifyCount + pair.DeviceMachine.NotifyCount;
    }

    private static void RunDevice(QueuePair pair, ref Dice dice)
    {
        if (dice.OneIn(4))
        {
            _ = pair.Device.SetNotifications(wanted: false);
        }

        while (!dice.OneIn(8) && pair.Device.TryTake(out ushort head) == QueueResult.Taken)
        {
            Assert.True(pair.Device.Push(head, 1));
        }

        pair.Device.Flush();
    }

    private static void RunDriver(QueuePair pair, ref Dice dice)
    {
        if (dice.OneIn(4))
        {
            _ = pair.Driver.SetNotifications(wanted: false);
        }

        while (!dice.OneIn(8) && pair.Driver.TryTakeUsed(out ushort head, out _) == QueueResult.Taken)
        {
            Assert.True(pair.Driver.Post(head));
        }

        pair.Driver.Flush();
    }
}
