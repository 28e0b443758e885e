// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Host and remote on two threads over real memory.</summary>
public sealed unsafe class TwoThreadTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false, 64u, 500_000)]
    [InlineData(true, 8u, 50_000)]
    public void MessagesBothWaysArriveWholeAndInOrder(bool eventIndex, uint entries, int messages)
    {
        using var threads = new Threads(entries, eventIndex);
        var remote = new Companion(() => Exchange(ref threads.Remote, messages));
        try
        {
            Exchange(ref threads.Host, messages);
        }
        finally
        {
            // The memory goes when the test does: first the other thread must be off it.
            remote.Join();
        }

        Assert.Equal((ulong)messages, threads.Host.ReceivedCount);
        Assert.Equal((ulong)messages, threads.Remote.ReceivedCount);
    }

    /// <summary>The receiver sleeps whenever it finds nothing; the sender waits for it after each burst. One kick
    /// lost ends the test at its deadline.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoKickIsLostBetweenTwoThreads(bool eventIndex)
    {
        using var threads = new Threads(16, eventIndex);
        var state = new SleeperState();
        threads.HostMachine.OnNotify = () => state.Awakened = true;
        var receiver = new Companion(() => Sleep(ref threads.Remote, state));
        try
        {
            SendBursts(ref threads.Host, state, receiver);
        }
        finally
        {
            state.Stop = true;
            receiver.Join();
        }

        Assert.True(state.Sleeps > 1000, $"The receiver slept {state.Sleeps} times: the run proved nothing.");
    }

    private static void SendBursts<TTransmit, TReceive>(
        ref RpmsgEngine<TTransmit, TReceive, TestPlatform> engine, SleeperState state, Companion receiver)
        where TTransmit : struct, ITransmitPort
        where TReceive : struct, IReceivePort
    {
        const int Bursts = 100_000;
        var dice = new Dice(5);
        for (int i = 0; i < Bursts && !receiver.IsOver; i++)
        {
            int burst = 1 + dice.Below(3);
            for (int k = 0; k < burst; k++)
            {
                Assert.Equal(RpmsgSendResult.Sent, engine.TrySend(1, 5, [1]));
            }

            state.Sent += burst;
            long start = Stopwatch.GetTimestamp();
            for (int spin = 0; state.Received != state.Sent && !receiver.IsOver; spin++)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < s_deadline, $"Burst {i}: the receiver sleeps over it.");
                Spin(spin);
            }

            // Lets the next burst fall anywhere into the receiver's way to sleep.
            Thread.SpinWait(dice.Below(60));
        }
    }

    private static void Spin(int spin)
    {
        if ((spin & 127) == 127)
        {
            _ = Thread.Yield();
        }
        else
        {
            Thread.SpinWait(4);
        }
    }

    private static void Sleep<TTransmit, TReceive>(
        ref RpmsgEngine<TTransmit, TReceive, TestPlatform> engine, SleeperState state)
        where TTransmit : struct, ITransmitPort
        where TReceive : struct, IReceivePort
    {
        var handler = new SequenceHandler();
        while (!state.Stop)
        {
            _ = engine.SetReceiveNotifications(wanted: false);
            state.Received += engine.Poll(ref handler, 100);
            state.Awakened = false;
            if (engine.SetReceiveNotifications(wanted: true))
            {
                continue;
            }

            state.Sleeps++;
            for (int spin = 0; !state.Awakened && !state.Stop; spin++)
            {
                Spin(spin);
            }
        }
    }

    private static void Exchange<TTransmit, TReceive>(
        ref RpmsgEngine<TTransmit, TReceive, TestPlatform> engine, int messages)
        where TTransmit : struct, ITransmitPort
        where TReceive : struct, IReceivePort
    {
        var handler = new SequenceHandler();
        Span<ulong> payload = stackalloc ulong[6];
        int sent = 0;
        int idle = 0;
        long start = Stopwatch.GetTimestamp();
        while (sent < messages || handler.Count < (ulong)messages)
        {
            SequenceHandler.Fill(payload, (ulong)sent);
            int length = 8 + (8 * (sent % 6));
            bool done = sent < messages
                && engine.TrySend(1, 5, MemoryMarshal.AsBytes(payload)[..Math.Min(length, 48)]) == RpmsgSendResult.Sent;
            sent += done ? 1 : 0;
            int taken = (sent & 7) == 0 || !done ? engine.Poll(ref handler, 32) : 0;
            idle = done || taken > 0 ? 0 : idle + 1;
            if (idle > 0)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < s_deadline, $"Stuck at {sent} and {handler.Count}.");
                Spin(idle);
            }
        }
    }

    private struct SequenceHandler : IRpmsgHandler
    {
        public ulong Count { get; private set; }

        public static void Fill(Span<ulong> payload, ulong number)
        {
            for (int i = 0; i < payload.Length; i++)
            {
                payload[i] = unchecked((number + 1) * (0x9E3779B97F4A7C15 + (ulong)i));
            }
        }

        public bool OnMessage(nint context, in RpmsgDelivery delivery)
        {
            Span<ulong> expected = stackalloc ulong[6];
            Fill(expected, Count);
            int length = delivery.LengthBytes;
            if (length > 1 && !MemoryMarshal.AsBytes(expected)[..length].SequenceEqual(delivery.Payload))
            {
                Assert.Fail($"Message {Count} of {length} bytes is not what was sent.");
            }

            Count++;
            return false;
        }

        public readonly void OnNameService(in NameServiceMessage message) => Assert.Fail("Nobody announced anything.");
    }

    private sealed class SleeperState
    {
        public volatile bool Awakened;
        public volatile bool Stop;
        public volatile int Received;

        public int Sent { get; set; }

        public long Sleeps { get; set; }
    }

    private sealed class Threads : IDisposable
    {
        private readonly Link _link;

        public Threads(uint entries, bool eventIndex)
        {
            _link = new Link(new LinkShape
            {
                EntriesToDriver = entries,
                EntriesToDevice = entries,
                CountToDriver = (int)entries,
                CountToDevice = (int)entries,
                AlignmentBytes = 64,
                SizeToDriver = 64,
                SizeToDevice = 64,
                EventIndex = eventIndex,
            }).ConnectBoth();
            Assert.True(_link.Host.TryCreateEndpointAt(5, 0));
            Assert.True(_link.Remote.TryCreateEndpointAt(5, 0));
        }

        public TestMachine HostMachine => _link.HostMachine;

        public ref RpmsgEngine<DriverTransmitPort<TestPlatform>, DriverReceivePort<TestPlatform>, TestPlatform> Host
            => ref _link.Host;

        public ref RpmsgEngine<DeviceTransmitPort<TestPlatform>, DeviceReceivePort<TestPlatform>, TestPlatform> Remote
            => ref _link.Remote;

        public void Dispose() => _link.Dispose();
    }
}
