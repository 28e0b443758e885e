// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Warmup = 5000;
    private const int Count = 10_000;

    // What is made once for the first thread that ever has to wait for a gate is no cost of a message: the best of
    // some windows counts.
    private const int Window = 2500;

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task SendingRentingAndHandlingInlineAllocateNothing(VirtioRole role)
    {
        await using Rig rig = Rig.Start(new() { Limit = TimeSpan.FromSeconds(60) });
        var near = new Meter();
        var far = new Meter();
        RpmsgHeldBuffer held = default;
        (RpmsgEndpoint one, _) = rig.Pair(
            role,
            new()
            {
                InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
                {
                    // Holds each message until the next, and answers.
                    if (far.Calls > 0)
                    {
                        held.Dispose();
                    }

                    Assert.True(message.TryHold(out held));
                    far.Tick();
                    Assert.True(self.TrySend(held.Payload));
                },
            },
            new() { InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) => near.Tick() });

        long sent = await Task.Factory.StartNew(
            () => Drive(one, near, rig.Token),
            rig.Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        held.Dispose();

        Assert.Equal(0, sent);
        Assert.Equal(0, near.AllocatedBytes);
        Assert.Equal(0, far.AllocatedBytes);
        Assert.Equal(Warmup + Count, far.Calls);
    }

    [Theory]
    [InlineData(WaitMode.Adaptive, 256u)]
    [InlineData(WaitMode.InterruptOnly, 4u)]
    public async Task SendingAndReceivingAsynchronouslyAllocateNothingOnceWarmEvenWhenTheyWait(
        WaitMode mode,
        uint entries)
    {
        RigOptions options = new()
        {
            ToDriverEntryCount = entries,
            ToDeviceEntryCount = entries,
            Limit = TimeSpan.FromSeconds(60),
        };
        await using Rig rig = Rig.Start(options.WithMode(mode));
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(
            VirtioRole.Driver,
            new() { WhenFull = ReceiveFullMode.PauseLink, ReceiveQueueCapacity = 64 });
        await PumpAsync(near, far, Warmup * 2, rig.Token);
        ulong waitsBefore = rig.Driver.GetStatistics().SenderWaits;

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await PumpAsync(near, far, Count, rig.Token);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.InRange((double)allocated / Count, 0, 4);
        Assert.True(entries > 4 || rig.Driver.GetStatistics().SenderWaits > waitsBefore, "No sender had to wait.");
    }

    [Fact]
    public async Task LinksThatComeAndGoLeaveNoMemoryBehind()
    {
        for (int i = 0; i < 20; i++)
        {
            await CycleAsync();
        }

        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 100; i++)
        {
            await CycleAsync();
        }

        // A link alone is some tens of kilobytes with its tables and queues.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);

        static async Task CycleAsync()
        {
            await using Rig rig = Rig.Start();
            (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Driver);
            await PumpAsync(near, far, 50, rig.Token);
        }
    }

    private static long Drive(RpmsgEndpoint endpoint, Meter answers, CancellationToken cancellationToken)
    {
        var meter = new Meter();
        Span<byte> payload = stackalloc byte[32];
        for (int i = 0; i < Warmup + Count; i++)
        {
            meter.Tick();
            if (i % 2 == 0)
            {
                Assert.True(endpoint.TrySend(payload));
            }
            else
            {
                Assert.True(endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer));
                payload.CopyTo(buffer.Payload);
                buffer.Send(payload.Length);
                buffer.Dispose();
            }

            while (answers.Calls <= i)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Thread.SpinWait(20);
            }
        }

        return meter.AllocatedBytes;
    }

    private static async Task PumpAsync(
        RpmsgEndpoint near,
        RpmsgEndpoint far,
        int count,
        CancellationToken cancellationToken)
    {
        Task sending = Task.Run(
            async () =>
            {
                byte[] payload = new byte[32];
                for (int i = 0; i < count; i++)
                {
                    await near.SendAsync(payload, cancellationToken);
                }
            },
            cancellationToken);
        for (int i = 0; i < count; i++)
        {
            using RpmsgMessage message = await far.ReceiveAsync(cancellationToken);
        }

        await sending;
    }

    /// <summary>Counts calls on one thread, and what the thread allocated at least in a window of them.</summary>
    private sealed class Meter
    {
        private long _start;
        private int _calls;

        public int Calls => Interlocked.CompareExchange(ref _calls, 0, 0);

        public long AllocatedBytes { get; private set; } = long.MaxValue;

        public void Tick()
        {
            int calls = Calls + 1;
            if (calls % Window == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                AllocatedBytes = calls > Warmup ? Math.Min(AllocatedBytes, now - _start) : AllocatedBytes;
                _start = now;
            }

            Interlocked.Exchange(ref _calls, calls);
        }
    }
}
