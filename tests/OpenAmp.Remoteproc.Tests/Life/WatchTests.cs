// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>How the host notices that firmware no longer lives, and how it asks it to end.</summary>
public sealed class WatchTests
{
    private static readonly DeviceAddress Counter = new(0x1000_2000);

    [Fact]
    public async Task ACounterThatStandsStillIsACrashAndOneThatCountsIsNot()
    {
        var clock = new ManualClock();
        var watchdog = new WatchdogOptions { Counter = Counter, Timeout = TimeSpan.FromSeconds(8) };
        await using Board board = await Board.RunningAsync(
            options: Board.Quick with { TimeProvider = clock, Watchdog = watchdog });
        for (int i = 0; i < 30; i++)
        {
            await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
            Count(board);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RemoteProcessorState.Running, board.State);
        for (int i = 0; i < 8; i++)
        {
            await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.Watchdog, board.Processor.LastCrash!.Kind);
        Assert.Contains("stands at 30", board.Processor.LastCrash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACounterThatIsNotThereMakesTheStartFail()
    {
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with { Watchdog = new WatchdogOptions() });
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Contains("no processor state entry", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
    }

    [Fact]
    public async Task AHeartbeatThatStopsIsACrash()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(
            Beating, Board.Quick with { TimeProvider = clock, Heartbeat = new HeartbeatOptions() });
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
        clock.Advance(TimeSpan.FromSeconds(1));
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.Heartbeat, board.Processor.LastCrash!.Kind);
    }

    [Fact]
    public async Task AHeartbeatThatNeverComesIsACrashAfterTheFirstTimeout()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(options: Board.Quick with
        {
            TimeProvider = clock,
            Heartbeat = new HeartbeatOptions { FirstTimeout = TimeSpan.FromSeconds(7) },
        });
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(7), Board.Token);
        clock.Advance(TimeSpan.FromSeconds(7));
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.Heartbeat, board.Processor.LastCrash!.Kind);
    }

    [Fact]
    public async Task NobodyExpectsASuspendedProcessorToBeatAndItGetsTheWholeTimeAgain()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(
            Beating, Board.Quick with { TimeProvider = clock, Heartbeat = new HeartbeatOptions() });
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await board.Processor.SuspendAsync(Board.Token);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
        clock.Advance(TimeSpan.FromSeconds(0.9));
        await board.Processor.ResumeAsync(Board.Token);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(1), Board.Token);
        Assert.Equal(RemoteProcessorState.Running, board.State);
        clock.Advance(TimeSpan.FromSeconds(1));
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
    }

    [Fact]
    public async Task ARingThatIsBrokenIsACrash()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Board board = await Board.RunningAsync(SimulatedFirmware.Create("breaker", async (remote, stop) =>
        {
            VdevResource vdev = remote.Table!.Vdevs[0];
            LiveVdev live = vdev.CreateLive(remote.LiveTable!.Value);
            using LinkDoorbell doorbell = remote.OpenDoorbell(vdev);
            await started.Task.WaitAsync(stop);

            // The link may not have taken its first look yet: later rubbish is rubbish too.
            while (true)
            {
                Break(remote, live);
                doorbell.Kick(vdev.Vrings[0].NotifyId);
                await Task.Delay(5, stop);
            }
        }));
        started.SetResult();
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.BrokenRing, board.Processor.LastCrash!.Kind);
    }

    [Fact]
    public async Task FirmwareThatAnswersIsNotForced()
    {
        bool hadLink = false;
        await using Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("polite", async (remote, stop) =>
            {
                await using RpmsgLink link = await remote.OpenRpmsgAsync(null, stop);
                await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(
                    GracefulShutdown.DefaultServiceName, null, stop);
                Task serving = Programs.ServeAsync(link, stop);
                using RpmsgMessage request = await endpoint.ReceiveAsync(stop);
                hadLink = request.Payload.SequenceEqual(new byte[] { 0x5a, 0xa5, 0x56, 0xef });
                await endpoint.SendToAsync(new byte[] { 1 }, request.Source, stop);
                await serving;
            }),
            Board.Quick with { GracefulShutdown = new GracefulShutdown { Timeout = TimeSpan.FromSeconds(20) } });
        await board.EchoAsync();
        Assert.Equal(StopOutcome.Acknowledged, await board.Processor.StopAsync(Board.Token));
        Assert.True(hadLink);
        Assert.Equal(0, board.Processor.CrashCount);
    }

    [Fact]
    public async Task FirmwareThatEndsWhenItIsAskedHasNotCrashed()
    {
        await using Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("obedient", async (remote, stop) =>
            {
                await using RpmsgLink link = await remote.OpenRpmsgAsync(null, stop);
                await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("rpmsg-shutdown", null, stop);
                Task serving = Programs.ServeAsync(link, stop);
                (await endpoint.ReceiveAsync(stop)).Dispose();
            }),
            Board.Quick with
            {
                Recovery = RecoveryPolicy.Always,
                GracefulShutdown = new GracefulShutdown { Timeout = TimeSpan.FromSeconds(20) },
            });
        await board.EchoAsync();
        Assert.Equal(StopOutcome.Acknowledged, await board.Processor.StopAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        Assert.Equal(0, board.Processor.CrashCount);
    }

    [Fact]
    public async Task FirmwareThatDoesNotAnswerIsForcedAfterTheDeadlineAndOneWithoutTheServiceAtOnce()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("stubborn", async (remote, stop) =>
            {
                await using RpmsgLink link = await remote.OpenRpmsgAsync(null, stop);
                await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("rpmsg-shutdown", null, stop);
                await Programs.ServeAsync(link, stop);
            }),
            Board.Quick with
            {
                TimeProvider = clock,
                GracefulShutdown = new GracefulShutdown { Timeout = TimeSpan.FromSeconds(3) },
            });
        await board.EchoAsync();
        Task<StopOutcome> stop = board.Processor.StopAsync(Board.Token).AsTask();

        // A stop that does not wait for an answer must fail here, and not hold us until nobody has patience any more.
        Task asked = clock.WaitForTimerAsync(TimeSpan.FromSeconds(3), Board.Token);
        Assert.True(await Task.WhenAny(asked, stop) == asked, board.Log.All);
        clock.Advance(TimeSpan.FromSeconds(3));
        StopOutcome outcome = await stop;
        Assert.True(outcome == StopOutcome.ForcedAfterDeadline, board.Log.All);
        Assert.Single(board.Log.OfId(109));

        await using Board other = await Board.RunningAsync(options: Board.Quick with { GracefulShutdown = new() });
        Assert.Equal(StopOutcome.Stopped, await other.Processor.StopAsync(Board.Token));
    }

    [Fact]
    public async Task ASuspendedProcessorHearsNothingUntilItGoesOn()
    {
        await using Board board = await Board.RunningAsync();
        await using RpmsgEndpoint endpoint = await board.Processor.Rpmsg.ConnectAsync("echo", Board.Token);
        await board.Processor.SuspendAsync(Board.Token);
        await endpoint.SendAsync("held"u8.ToArray(), Board.Token);
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(Board.Token);
        brief.CancelAfter(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await endpoint.ReceiveAsync(brief.Token));
        await board.Processor.ResumeAsync(Board.Token);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Board.Token);
        Assert.Equal("held"u8, answer.Payload);
        await board.Processor.SuspendAsync(Board.Token);
        Assert.Equal(StopOutcome.Stopped, await board.Processor.StopAsync(Board.Token));
    }

    private static SimulatedFirmware Beating { get; } = SimulatedFirmware.Create("beating", async (remote, stop) =>
    {
        await using RpmsgLink link = await remote.OpenRpmsgAsync(null, stop);
        await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("rpmsg-heartbeat", null, stop);
        await endpoint.WaitForRemoteAsync(stop);
        await endpoint.SendAsync("beat"u8.ToArray(), stop);
        await Programs.Forever(stop);
    });

    private static unsafe void Count(Board board)
    {
        Assert.True(board.Processor.Memory.TryTranslate(Counter, 4, out SharedRegion word));

        // SAFETY: an aligned word that the map vouches for.
        (*(uint*)word.Start)++;
    }

    private static unsafe void Break(RemoteEnvironment remote, LiveVdev live)
    {
        Assert.True(live.TryReadVringAddress(0, out ulong address));
        Assert.True(remote.Memory.TryTranslate(new DeviceAddress(address), 300, out SharedRegion ring));

        // SAFETY: the map vouches for the ring. 0xaa: not a number of entries that 8 buffers can give.
        new Span<byte>(ring.Start, 300).Fill(0xaa);
    }
}
