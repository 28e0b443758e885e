// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>What holds for every doorbell; each kind runs all of it.</summary>
public abstract class DoorbellTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    internal abstract (LinkDoorbell First, LinkDoorbell Second) Pair();

    [Fact]
    public void AKickBeforeTheWaitEndsItAtOnceAndOnlyOnce()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            first.Kick(0);
            first.Kick(1);
            Assert.Equal(DoorbellEvents.Kicked, second.Wait(Long));
            Assert.Equal(DoorbellEvents.None, second.Wait(TimeSpan.Zero));
            Assert.Equal(DoorbellEvents.None, first.Wait(TimeSpan.Zero));
        }
    }

    [Fact]
    public void ALookWithoutWaitingSeesKickAndWake()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            first.Kick(0);
            second.Wake();
            second.Wake();
            Assert.Equal(DoorbellEvents.Kicked | DoorbellEvents.Woken, second.Wait(TimeSpan.Zero));
            Assert.Equal(DoorbellEvents.None, second.Wait(TimeSpan.Zero));
            Assert.Equal(DoorbellEvents.None, second.Wait(TimeSpan.FromMilliseconds(1)));
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(20_000)]
    public void AWaitEndsWhenItsTimeHasPassed(int microseconds)
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            TimeSpan timeout = TimeSpan.FromMicroseconds(microseconds);
            TimeSpan shortest = TimeSpan.MaxValue;
            for (int attempt = 0; attempt < 20; attempt++)
            {
                long start = Stopwatch.GetTimestamp();
                Assert.Equal(DoorbellEvents.None, first.Wait(timeout));
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                Assert.True(elapsed >= timeout, $"{elapsed} is less than {timeout}");
                shortest = elapsed < shortest ? elapsed : shortest;
            }

            // A timeout rounded up to milliseconds would show here.
            Assert.True(shortest < timeout + TimeSpan.FromMicroseconds(750), $"{shortest} for {timeout}");
        }
    }

    [Fact]
    public void ANegativeTimeIsRefused()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => first.Wait(TimeSpan.FromMilliseconds(-2)));
        }
    }

    [Fact]
    public async Task AWakeFromAnotherThreadEndsAWaitWithoutLimit()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            for (int round = 0; round < 2_000; round++)
            {
                int spins = round * 7 % 500;
                Task waker = Task.Run(() =>
                {
                    Thread.SpinWait(spins);
                    first.Wake();
                }, TestContext.Current.CancellationToken);
                Assert.Equal(DoorbellEvents.Woken, first.Wait(Long));
                await waker;
            }

            Assert.Equal(DoorbellEvents.None, first.Wait(TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task ThePeersEndIsSeenAndStays()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        {
            Task closer = Task.Run(second.Dispose, TestContext.Current.CancellationToken);
            Assert.Equal(DoorbellEvents.PeerGone, first.Wait(Long));
            await closer;
            Assert.Equal(DoorbellEvents.PeerGone, first.Wait(TimeSpan.Zero));
            first.Kick(0);
            first.Wake();
            Assert.Equal(DoorbellEvents.PeerGone | DoorbellEvents.Woken, first.Wait(Timeout.InfiniteTimeSpan));
        }
    }

    [Fact]
    public void AKickBeforeThePeersEndIsSeen()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        {
            second.Kick(0);
            second.Dispose();
            DoorbellEvents events = first.Wait(Long);
            Assert.NotEqual(DoorbellEvents.None, events & DoorbellEvents.Kicked);
            Assert.NotEqual(DoorbellEvents.None, (events | first.Wait(Long)) & DoorbellEvents.PeerGone);
        }
    }

    [Fact]
    public void KickWakeAndWaitAllocateNothing()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            Assert.Equal(100, KickWakeWait(first, second, rounds: 100));
            long before = GC.GetAllocatedBytesForCurrentThread();
            int seen = KickWakeWait(first, second, rounds: 1_000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(1_000, seen);
        }
    }

    [Fact]
    public async Task NoKickIsLostInAHundredThousandRandomOnes()
    {
        // Each round hangs if its kick is lost, because no other follows before it was seen.
        const int Rounds = 100_000;
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using (first)
        using (second)
        {
            Task<int> echo = Task.Factory.StartNew(() => Bounce(second, Rounds, seed: 1, starts: false),
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Assert.Equal(Rounds, Bounce(first, Rounds, seed: 2, starts: true));
            Assert.Equal(Rounds, await echo);
        }
    }

    [Fact]
    public void AKickAfterDisposeIsDropped()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        first.Dispose();
        first.Dispose();
        first.Kick(0);
        first.Wake();
        Assert.Throws<ObjectDisposedException>(() => first.Wait(TimeSpan.Zero));
        second.Dispose();
    }

    [Fact]
    public void NoDescriptorIsLeftOpen()
    {
        int before = MeetingPlace.SettledDescriptors;
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        Assert.NotEqual(before, MeetingPlace.OpenDescriptors);
        first.Dispose();
        second.Dispose();
        MeetingPlace.AssertOpenDescriptors(before);
    }

    // Counts the rounds in which all went as it must; an assert would allocate itself.
    private static int KickWakeWait(LinkDoorbell first, LinkDoorbell second, int rounds)
    {
        int seen = 0;
        for (int round = 0; round < rounds; round++)
        {
            first.Kick(0);
            second.Wake();
            bool both = second.Wait(Long) == (DoorbellEvents.Kicked | DoorbellEvents.Woken);
            first.Kick(0);
            bool kicked = second.Wait(Long) == DoorbellEvents.Kicked;
            bool nothing = second.Wait(TimeSpan.FromMicroseconds(1)) == DoorbellEvents.None;
            seen += both && kicked && nothing ? 1 : 0;
        }

        return seen;
    }

    private static int Bounce(LinkDoorbell doorbell, int rounds, int seed, bool starts)
    {
        Random random = new(seed);
        if (starts)
        {
            doorbell.Kick(0);
        }

        for (int round = 0; round < rounds; round++)
        {
            Thread.SpinWait(random.Next(30));
            TimeSpan timeout = random.Next(4) == 0 ? TimeSpan.FromMicroseconds(random.Next(50)) : Long;
            DoorbellEvents events;
            do
            {
                if (random.Next(16) == 0)
                {
                    doorbell.Wake();
                }

                events = doorbell.Wait(timeout);
                if (events == DoorbellEvents.None && timeout == Long)
                {
                    return round;
                }
            }
            while ((events & DoorbellEvents.Kicked) == 0);

            if (!starts || round < rounds - 1)
            {
                doorbell.Kick(0);
            }
        }

        return rounds;
    }
}
