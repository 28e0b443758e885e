// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

public sealed class RecoveryTests
{
    [Fact]
    public async Task ItStaysCrashedUnlessToldOtherwise()
    {
        await using Board board = await Board.RunningAsync();
        RpmsgLink link = board.Processor.Rpmsg;
        await board.CrashAsync(CrashKind.MemoryFault);
        Assert.Equal(CrashKind.MemoryFault, board.Processor.LastCrash!.Kind);
        Assert.Equal("the test says so", board.Processor.LastCrash.Message);
        Assert.Equal(1, board.Processor.LastCrash.Number);
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Board.Token));
        await board.Processor.RecoverAsync(Board.Token);
        await board.EchoAsync();
        Assert.Equal(2, board.Processor.StartCount);
    }

    [Fact]
    public async Task ItIsRecoveredAgainAndAgain()
    {
        await using Board board = await Board.RunningAsync(
            options: Board.Quick with { Recovery = RecoveryPolicy.Always });
        for (int i = 0; i < 20; i++)
        {
            await board.EchoAsync();
            Task again = RunsAgainAsync(board);
            board.Driver.Crash(CrashKind.FatalError, "again");
            await again;
        }

        Assert.Equal(20, board.Processor.CrashCount);
        Assert.Equal(21, board.Processor.StartCount);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AtMostSoManyRecoveriesInAPeriodWaitingLongerEachTime()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(options: Board.Quick with
        {
            TimeProvider = clock,
            Recovery = RecoveryPolicy.AtMost(3, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(4)),
        });

        // The first is at once, the second after 4 s, the third after 8 s.
        foreach (int seconds in new[] { 0, 4, 8 })
        {
            Task again = RunsAgainAsync(board);
            board.Driver.Crash(CrashKind.FatalError, "again");
            if (seconds > 0)
            {
                await clock.WaitForTimerAsync(TimeSpan.FromSeconds(seconds), Board.Token);
                clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
                Assert.Equal(RemoteProcessorState.Crashed, board.State);
                clock.Advance(TimeSpan.FromTicks(1));
            }

            await again;
        }

        await board.CrashAsync();
        await WaitForLogAsync(board, 104);
        Assert.Equal(RemoteProcessorState.Crashed, board.State);

        // An hour later all is forgotten.
        await board.Processor.RecoverAsync(Board.Token);
        clock.Advance(TimeSpan.FromHours(1));
        Task last = RunsAgainAsync(board);
        board.Driver.Crash(CrashKind.FatalError, "again");
        await last;
    }

    [Fact]
    public async Task ARestartThatFailsIsTriedAgainWithRests()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(options: Board.Quick with
        {
            TimeProvider = clock,
            Recovery = RecoveryPolicy.Always,
        });
        board.Faults.Add(SimulatedStep.Start, SimulatedFaultKind.Fail, count: 2);
        Task again = RunsAgainAsync(board);
        board.Driver.Crash(CrashKind.FatalError, "again");
        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(100), Board.Token);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(200), Board.Token);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await again;
        Assert.Equal(2, board.Log.OfId(105).Length);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AStopEndsTheWaitForTheNextRecovery()
    {
        var clock = new ManualClock();
        await using Board board = await Board.RunningAsync(options: Board.Quick with
        {
            TimeProvider = clock,
            Recovery = RecoveryPolicy.AtMost(5, TimeSpan.FromHours(1), TimeSpan.FromMinutes(2)),
        });
        Task again = RunsAgainAsync(board);
        board.Driver.Crash(CrashKind.FatalError, "first");
        await again;
        await board.CrashAsync();
        await clock.WaitForTimerAsync(TimeSpan.FromMinutes(2), Board.Token);
        Assert.Equal(StopOutcome.NotRunning, await board.Processor.StopAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        clock.Advance(TimeSpan.FromHours(2));
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task DisposalEndsTheWaitForTheNextRecovery()
    {
        var clock = new ManualClock();
        Board board = await Board.RunningAsync(options: Board.Quick with
        {
            TimeProvider = clock,
            Recovery = RecoveryPolicy.AtMost(5, TimeSpan.FromHours(1), TimeSpan.FromMinutes(2)),
        });
        Task again = RunsAgainAsync(board);
        board.Driver.Crash(CrashKind.FatalError, "first");
        await again;
        await board.CrashAsync();
        await clock.WaitForTimerAsync(TimeSpan.FromMinutes(2), Board.Token);
        await board.DisposeAsync();
        Assert.Equal(0UL, board.Driver.AllocatedBytes);
    }

    [Fact]
    public async Task ACrashThatCannotBeStoppedIsNotRecovered()
    {
        await using Board board = await Board.RunningAsync(
            options: Board.Quick with { Recovery = RecoveryPolicy.Always });
        board.Faults.Add(SimulatedStep.Stop, SimulatedFaultKind.Fail);
        await board.CrashAsync();
        await WaitForLogAsync(board, 105);
        Assert.Equal(RemoteProcessorState.Crashed, board.State);
        await board.Processor.StopAsync(Board.Token);
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task FirmwareThatEndsOrThrowsIsACrashOfItsKind()
    {
        await using Board board = await Board.RunningAsync();
        await using RpmsgEndpoint endpoint = await board.Processor.Rpmsg.ConnectAsync("echo", Board.Token);
        await endpoint.SendAsync("crash"u8.ToArray(), Board.Token);
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.FatalError, board.Processor.LastCrash!.Kind);
        Assert.Contains("told to", board.Processor.LastCrash.Message, StringComparison.Ordinal);

        await using Board brief = await Board.RunningAsync(
            SimulatedFirmware.Create("brief", async (environment, stop) =>
            {
                await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
                await using RpmsgEndpoint echo = await link.CreateEndpointAsync("echo", null, stop);
                (await echo.ReceiveAsync(stop)).Dispose();
            }));
        await using RpmsgEndpoint other = await brief.Processor.Rpmsg.ConnectAsync("echo", Board.Token);
        await other.SendAsync("end"u8.ToArray(), Board.Token);
        await brief.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.Exited, brief.Processor.LastCrash!.Kind);
    }

    [Fact]
    public async Task APeerThatIsGoneIsACrash()
    {
        await using Board board = await Board.RunningAsync();
        board.Driver.CutDoorbells();
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Board.Token);
        Assert.Equal(CrashKind.Exited, board.Processor.LastCrash!.Kind);
        await board.Processor.RecoverAsync(Board.Token);
        await board.EchoAsync();
    }

    /// <summary>Completes when a start has happened after now.</summary>
    internal static async Task RunsAgainAsync(Board board)
    {
        await foreach (RemoteProcessorStateChange change in board.Processor.WatchAsync(Board.Token))
        {
            if (change.To == RemoteProcessorState.Running)
            {
                return;
            }
        }
    }

    internal static async Task WaitForLogAsync(Board board, int id)
    {
        while (board.Log.OfId(id).Length == 0)
        {
            await Task.Delay(1, Board.Token);
        }
    }
}
