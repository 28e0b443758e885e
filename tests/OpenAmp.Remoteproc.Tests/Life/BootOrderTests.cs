// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>What firmware finds in its table, in the order of the Linux kernel.</summary>
public sealed class BootOrderTests
{
    private static byte[] Table => new TestTable()
        .Carveout("heap", 0x3000).Rpmsg(entryCount: 4, features: 1).Carveout("stack", 0x1000).ToBytes();

    [Fact]
    public async Task AtStartDevicesAreResetAndEverythingElseIsFinal()
    {
        var observer = new Observer();
        await using Board board = await Board.RunningAsync(observer, table: Table);
        Seen start = await observer.NextAsync();
        Assert.Equal(new Seen("start", VirtioStatus.None, 0, ~0UL, ~0UL, "0,1", start.Carveouts, 0), start);
        Assert.Equal(
            string.Join(',', board.Processor.Table!.Carveouts.Select(c => $"{c.Address:x}")), start.Carveouts);
        Assert.DoesNotContain("ffffffff", start.Carveouts, StringComparison.Ordinal);

        Seen ready = await observer.NextAsync();
        Assert.Equal((VirtioStatus)7, ready.Status);
        Assert.Equal(1U, ready.Features);
        Assert.Equal(board.Processor.Vdevs[0].Rings[0].Address.Value, ready.Ring0);
        Assert.Equal(board.Processor.Vdevs[0].Rings[1].Address.Value, ready.Ring1);
        Assert.True(ready.WasKicked);

        await board.Processor.StopAsync(Board.Token);
        Seen stop = await observer.NextAsync();
        Assert.Equal("stop", stop.When);
        Assert.Equal(VirtioStatus.Acknowledge, stop.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARestartFindsWhatTheFirstStartFoundAtTheSamePlaces(bool afterCrash)
    {
        var observer = new Observer();
        await using Board board = await Board.RunningAsync(observer, table: Table);
        Seen first = await observer.NextAsync();
        Seen ready = await observer.NextAsync();

        // What the firmware left in its segment and its table is gone after it; its carveouts are where they were.
        Scribble(board);
        if (afterCrash)
        {
            await board.CrashAsync();
            await board.Processor.RecoverAsync(Board.Token);
        }
        else
        {
            await board.Processor.StopAsync(Board.Token);
            await board.Processor.StartAsync(Board.Token);
        }

        Seen[] rest = [await observer.NextAsync(), await observer.NextAsync(), await observer.NextAsync()];
        Assert.Equal(first, rest.Single(seen => seen.When == "start"));
        Assert.Equal(ready, rest.Single(seen => seen.When == "ready"));
    }

    private static unsafe void Scribble(Board board)
    {
        Assert.True(board.Processor.Memory.TryTranslate(
            new DeviceAddress(0x1000_0000), 0x2000, out SharedRegion memory));

        // SAFETY: the map vouches for it.
        new Span<byte>(memory.Start + 0x100, 0x1000).Fill(0xa5);
    }

    internal sealed record Seen(
        string When,
        VirtioStatus Status,
        ulong Features,
        ulong Ring0,
        ulong Ring1,
        string Ids,
        string Carveouts,
        byte Content)
    {
        public bool WasKicked { get; init; }
    }

    internal sealed class Observer : SimulatedFirmware
    {
        private readonly Channel<Seen> _seen = Channel.CreateUnbounded<Seen>();

        public override string Name => "observer";

        public async Task<Seen> NextAsync()
            => await _seen.Reader.ReadAsync(Board.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Board.Token);

        public override async Task RunAsync(RemoteEnvironment environment, CancellationToken stopping)
        {
            VdevResource vdev = environment.Table!.Vdevs[0];
            LiveVdev live = vdev.CreateLive(environment.LiveTable!.Value);
            using LinkDoorbell doorbell = environment.OpenDoorbell(vdev);
            Add(Start(environment));
            bool wasKicked = false;
            while ((live.ReadStatus() & VirtioStatus.DriverOk) == 0)
            {
                wasKicked |= (doorbell.Wait(TimeSpan.FromMilliseconds(1)) & DoorbellEvents.Kicked) != 0;
                stopping.ThrowIfCancellationRequested();
            }

            wasKicked |= (doorbell.Wait(TimeSpan.FromSeconds(5)) & DoorbellEvents.Kicked) != 0;
            Add(Look("ready", environment, live) with { WasKicked = wasKicked });
            try
            {
                await Task.Delay(Timeout.Infinite, stopping);
            }
            finally
            {
                Add(Look("stop", environment, live));
            }
        }

        private void Add(Seen seen) => Assert.True(_seen.Writer.TryWrite(seen));

        // The copy that the environment took as the processor was set running: the host goes on meanwhile.
        private static Seen Start(RemoteEnvironment environment)
        {
            VdevResource vdev = environment.Table!.Vdevs[0];
            return new Seen(
                "start",
                vdev.Status,
                vdev.DriverFeatures,
                vdev.Vrings[0].Address,
                vdev.Vrings[1].Address,
                $"{vdev.Vrings[0].NotifyId},{vdev.Vrings[1].NotifyId}",
                string.Join(',', environment.Table!.Carveouts.Select(c => $"{c.Address:x}")),
                ContentOf(environment));
        }

        private static unsafe byte ContentOf(RemoteEnvironment environment)
        {
            Assert.True(environment.Memory.TryTranslate(
                new DeviceAddress(0x1000_0800), 1, out SharedRegion content));

            // SAFETY: the map vouches for it.
            return *content.Start;
        }

        private static Seen Look(string when, RemoteEnvironment environment, LiveVdev live)
        {
            Assert.True(live.TryReadVringAddress(0, out ulong ring0) & live.TryReadVringAddress(1, out ulong ring1));
            Assert.True(live.TryReadVringNotifyId(0, out uint id0) & live.TryReadVringNotifyId(1, out uint id1));
            return new Seen(
                when,
                live.ReadStatus(),
                live.ReadDriverFeatures().Bits,
                ring0,
                ring1,
                $"{id0},{id1}",
                string.Join(',', environment.Table!.Carveouts.Select(c => $"{c.Address:x}")),
                ContentOf(environment));
        }
    }
}
