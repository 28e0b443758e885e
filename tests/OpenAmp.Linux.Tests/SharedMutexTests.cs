// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharedMutexTests
{
    private static readonly DeviceAddress Word = new(0);

    [Fact]
    public async Task OneAtATimeBetweenTwoProcessesAndTwoThreads()
    {
        using MeetingPlace place = new();
        using SharedMemory memory = SharedMemory.OpenOrCreate(place.Name, 0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        using OtherProcess other = OtherProcess.Start("mutex-count", place.Name, "30000");
        Task second = Task.Run(() => MutexCounting.Count(mutex, memory, 30_000),
            TestContext.Current.CancellationToken);
        MutexCounting.Count(mutex, memory, 30_000);
        await second;
        Assert.Equal(0, await other.EndAsync());
        Assert.Equal(90_000, MutexCounting.CountIn(memory));
        Assert.Equal(0, Bytes.WordOf(memory.Region));
    }

    [Fact]
    public void EachExitWakesTheNextSleeper()
    {
        // A wake that is not sent shows as a sleeper that comes round only after its liveness period.
        const int Rounds = 10;
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        TimeSpan handingOn = TimeSpan.Zero;
        for (int round = 0; round < Rounds; round++)
        {
            Assert.True(mutex.TryEnter());
            using Sleeper first = new(mutex);
            using Sleeper second = new(mutex);
            first.AwaitAsleep();
            second.AwaitAsleep();
            long start = Stopwatch.GetTimestamp();
            mutex.Exit();
            first.Dispose();
            second.Dispose();
            handingOn += Stopwatch.GetElapsedTime(start);
        }

        Assert.InRange(handingOn, TimeSpan.Zero, Rounds * SharedMutex.LivenessPeriod / 2);
    }

    [Fact]
    public async Task ADeadOwnerIsReplacedAndTheNextOneTold()
    {
        using MeetingPlace place = new();
        using SharedMemory memory = SharedMemory.OpenOrCreate(place.Name, 0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        using OtherProcess other = OtherProcess.Start("mutex-die", place.Name);
        await other.ExpectAsync("Entered");
        Assert.False(mutex.TryEnter());
        Assert.Equal(SharedMutexEntry.TimedOut, mutex.Enter(TimeSpan.FromMilliseconds(120),
            TestContext.Current.CancellationToken));

        other.Kill();
        long killed = Stopwatch.GetTimestamp();
        Assert.Equal(SharedMutexEntry.EnteredAfterOwnerDied, mutex.Enter(TimeSpan.FromSeconds(10),
            TestContext.Current.CancellationToken));
        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        mutex.Exit();
        Assert.Equal(SharedMutexEntry.Entered, mutex.Enter(TimeSpan.Zero, TestContext.Current.CancellationToken));
        mutex.Exit();
    }

    [Fact]
    public void ALivingOwnerIsNeverReplaced()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        Assert.True(mutex.TryEnter());
        Assert.Equal(SharedMutexEntry.TimedOut, mutex.Enter(TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.Equal(SharedMutexEntry.TimedOut, mutex.Enter(3 * SharedMutex.LivenessPeriod,
            TestContext.Current.CancellationToken));
        mutex.Exit();
    }

    [Fact]
    public void AReusedProcessIdIsNotTakenForTheOwner()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        Assert.True(mutex.TryEnter());
        Bytes.WordOf(memory.Region) ^= 1 << 25; // This process's id with another start time.
        Assert.Equal(SharedMutexEntry.EnteredAfterOwnerDied, mutex.Enter(TimeSpan.FromSeconds(10),
            TestContext.Current.CancellationToken));
        mutex.Exit();
    }

    [Fact]
    public void LeavingWithoutHavingEnteredIsRefused()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        Assert.Throws<SynchronizationLockException>(mutex.Exit);
        Bytes.WordOf(memory.Region) = 12345;
        Assert.Throws<SynchronizationLockException>(mutex.Exit);
        Assert.Equal(12345, Bytes.WordOf(memory.Region));
    }

    [Fact]
    public void CancellationEndsTheWaitOutside()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        Assert.True(mutex.TryEnter());
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(20));
        Assert.Throws<OperationCanceledException>(() => mutex.Enter(Timeout.InfiniteTimeSpan, source.Token));
        mutex.Exit();
    }

    [Fact]
    public void AWordOutsideTheRegionOrMisalignedIsRefused()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        Assert.Throws<ArgumentException>(() => new SharedMutex(memory.Region, new(0x1000)));
        Assert.Throws<ArgumentException>(() => new SharedMutex(memory.Region, new(2)));
    }

    [Fact]
    public void EnteringAndLeavingFreelyAllocatesNothing()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        SharedMutex mutex = new(memory.Region, Word);
        Assert.True(mutex.TryEnter());
        mutex.Exit();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(mutex.TryEnter());
        mutex.Exit();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A thread that enters and leaves once; disposing it waits for its end.</summary>
    private sealed class Sleeper : IDisposable
    {
        private readonly Thread _thread;
        private int _threadId;

        internal Sleeper(SharedMutex mutex)
        {
            _thread = new Thread(() =>
            {
                _ = Interlocked.Exchange(ref _threadId, NativeCalls.gettid());
                if (mutex.Enter(TimeSpan.FromSeconds(10)) != SharedMutexEntry.TimedOut)
                {
                    mutex.Exit();
                }
            });
            _thread.Start();
        }

        internal void AwaitAsleep()
        {
            Assert.True(SpinWait.SpinUntil(() => Interlocked.CompareExchange(ref _threadId, 0, 0) is int id and not 0
                && File.ReadAllText($"/proc/self/task/{id}/stat").Contains(") S ", StringComparison.Ordinal),
                TimeSpan.FromSeconds(10)), "the thread does not sleep");
        }

        public void Dispose() => _thread.Join();
    }
}
