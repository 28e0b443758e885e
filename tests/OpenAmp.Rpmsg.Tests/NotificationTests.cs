// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

[Collection(nameof(Alone))]
public sealed class NotificationTests
{
    [Theory]
    [InlineData(WaitMode.PollOnly, false)]
    [InlineData(WaitMode.PollOnly, true)]
    [InlineData(WaitMode.Adaptive, false)]
    [InlineData(WaitMode.Adaptive, true)]
    public async Task APeerThatIsAwakeGetsNoKicks(WaitMode mode, bool eventIndex)
    {
        var options = new RpmsgLinkOptions { WaitMode = mode, MaxSpinTime = TimeSpan.FromMinutes(1) };
        await using Rig rig = Rig.Start(new()
        {
            Driver = options,
            Device = options,
            EventIndex = eventIndex,
            Limit = TimeSpan.FromSeconds(60),
        });
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Driver);
        await PingAsync(rig, near, far, 1);
        long kicks = rig.DriverDoorbell.KickCount + rig.DeviceDoorbell.KickCount;
        ulong suppressed = rig.Driver.GetStatistics().KicksSuppressed;

        // Two threads that never sleep, and few processors: each turn may cost a time slice.
        int count = mode == WaitMode.PollOnly ? 20 : 100;
        await PingAsync(rig, near, far, count);

        Assert.Equal(kicks, rig.DriverDoorbell.KickCount + rig.DeviceDoorbell.KickCount);
        Assert.InRange(rig.Driver.GetStatistics().KicksSuppressed - suppressed, (ulong)count, (ulong)count * 2);
    }

    [Theory]
    [InlineData(WaitMode.InterruptOnly, false)]
    [InlineData(WaitMode.InterruptOnly, true)]
    [InlineData(WaitMode.Adaptive, false)]
    [InlineData(WaitMode.Adaptive, true)]
    public async Task NoKickIsLost(WaitMode mode, bool eventIndex)
    {
        // Delays around the time that it takes to go to sleep.
        const int Count = 4000;
        var options = new RpmsgLinkOptions { WaitMode = mode, MaxSpinTime = TimeSpan.FromMicroseconds(5) };
        await using Rig rig = Rig.Start(new()
        {
            Driver = options,
            Device = options,
            EventIndex = eventIndex,
            Limit = TimeSpan.FromSeconds(60),
        });
        int returned = 0;
        (RpmsgEndpoint near, _) = rig.Pair(
            VirtioRole.Driver,
            new()
            {
                InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message)
                    => Assert.True(self.TrySendTo(message.Payload, message.Source)),
            },
            new()
            {
                InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message)
                    => Interlocked.Increment(ref returned),
            });
        var random = new Random(20261122);

        for (int i = 1; i <= Count; i++)
        {
            Thread.SpinWait(random.Next(300));
            Assert.True(near.TrySend("ping"u8));
            for (int turn = 0; Interlocked.CompareExchange(ref returned, 0, 0) < i; turn++)
            {
                rig.Token.ThrowIfCancellationRequested();
                Thread.SpinWait(10);
                _ = turn % 64 == 63 && Thread.Yield();
            }
        }

        Assert.Equal(Count, returned);
    }

    [Fact]
    public async Task WhatWasSentWithMoreToFollowAndNotFlushedGoesOutAllTheSameWhileTheLinkPolls()
    {
        await using Rig rig = Rig.Start(new RigOptions().WithMode(WaitMode.PollOnly));
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Driver);

        Assert.True(near.TrySend("forgotten"u8, more: true));

        using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
        Assert.Equal("forgotten"u8, message.Payload);
    }

    private static async Task PingAsync(Rig rig, RpmsgEndpoint near, RpmsgEndpoint far, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await near.SendAsync("ping"u8.ToArray(), rig.Token);
            using RpmsgMessage there = await far.ReceiveAsync(rig.Token);
            await far.SendAsync(there.Memory, rig.Token);
            using RpmsgMessage back = await near.ReceiveAsync(rig.Token);
        }
    }
}
