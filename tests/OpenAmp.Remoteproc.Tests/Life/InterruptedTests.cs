// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>Operations that do not end as they should.</summary>
public sealed class InterruptedTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task AStartInterruptedByItsTokenLeavesItStopped()
    {
        await using Board board = await Board.LoadedAsync();
        board.Faults.Add(SimulatedStep.Start, SimulatedFaultKind.Hang);
        using var source = new CancellationTokenSource();
        Task start = board.Processor.StartAsync(source.Token).AsTask();
        await ReachAsync(board, SimulatedStep.Start);
        await source.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Equal(source.Token, error.CancellationToken);
        await AssertRestartsAsync(board);
    }

    [Fact]
    public async Task AStartThatTakesTooLongLeavesItStoppedAndSaysSo()
    {
        // Long enough for the initialisation, which it limits too.
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with { StartTimeout = TimeSpan.FromSeconds(1) });
        board.Faults.Add(SimulatedStep.Start, SimulatedFaultKind.Hang);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Contains("was not done within", error.Message, StringComparison.Ordinal);
        Assert.Contains("Stopped", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
    }

    [Theory]
    [InlineData(SimulatedStep.Prepare)]
    [InlineData(SimulatedStep.Start)]
    public async Task AStopMakesALoadOrStartGiveUp(SimulatedStep step)
    {
        await using Board board = step == SimulatedStep.Start ? await Board.LoadedAsync() : await Board.OpenAsync();
        board.Faults.Add(step, SimulatedFaultKind.Hang);
        Task slow = step == SimulatedStep.Start
            ? board.Processor.StartAsync(Board.Token).AsTask() : board.LoadAsync();
        await ReachAsync(board, step);
        Assert.Equal(StopOutcome.NotRunning, await board.Processor.StopAsync(Board.Token));
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(() => slow);
        Assert.Contains("stopped meanwhile", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            step == SimulatedStep.Start ? RemoteProcessorState.Stopped : RemoteProcessorState.Offline, board.State);
        if (step == SimulatedStep.Prepare)
        {
            Assert.Empty(board.Processor.Memory.Carveouts);
            await board.LoadAsync();
        }

        await AssertRestartsAsync(board);
    }

    [Fact]
    public async Task AStopMakesARecoveryGiveUp()
    {
        await using Board board = await Board.RunningAsync(
            options: Board.Quick with { Recovery = RecoveryPolicy.Always });
        board.Faults.Add(SimulatedStep.Start, SimulatedFaultKind.Hang);
        await board.CrashAsync();
        await ReachAsync(board, SimulatedStep.Start, 2);
        await board.Processor.StopAsync(Board.Token);
        await AssertRestartsAsync(board);
    }

    [Theory]
    [InlineData(SimulatedStep.Start)]
    [InlineData(SimulatedStep.CreateDoorbell)]
    public async Task ACrashMakesAStartFail(SimulatedStep step)
    {
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with { Recovery = RecoveryPolicy.Always });
        board.Faults.Add(step, SimulatedFaultKind.Crash);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Contains("crashed while it was started", error.Message, StringComparison.Ordinal);
        await AssertRestartsAsync(board);
    }

    [Fact]
    public async Task TwoStopsAtOnceBothSucceed()
    {
        await using Board board = await Board.RunningAsync();
        board.Faults.Add(SimulatedStep.Stop, new SimulatedFault(SimulatedFaultKind.Delay) { Delay = Short });
        Task<StopOutcome> first = board.Processor.StopAsync(Board.Token).AsTask();
        Task<StopOutcome> second = board.Processor.StopAsync(Board.Token).AsTask();
        Assert.Equal([StopOutcome.Stopped, StopOutcome.NotRunning], await Task.WhenAll(first, second));
        await AssertRestartsAsync(board);
    }

    [Theory]
    [InlineData(SimulatedStep.Initialize, SimulatedFaultKind.Fail)]
    [InlineData(SimulatedStep.Initialize, SimulatedFaultKind.Hang)]
    [InlineData(SimulatedStep.Initialize, SimulatedFaultKind.NeverReturn)]
    public async Task AnInitialisationThatFailsOrHangsRemovesTheDriver(SimulatedStep step, SimulatedFaultKind kind)
    {
        (SimulatedProcessorDriver driver, SimulatedFaultPlan faults) = Board.CreateDriver();
        faults.Add(step, kind);
        await Assert.ThrowsAsync<RemoteProcessorException>(async () => await RemoteProcessor.OpenAsync(
            driver, Board.Quick with { StartTimeout = Short, AbandonTimeout = Short }, Board.Token));
        Assert.Equal(1, faults.CountOf(SimulatedStep.Remove));
        Assert.Equal(0UL, driver.AllocatedBytes);
    }

    [Theory]
    [InlineData(SimulatedStep.Prepare, RemoteProcessorState.Offline)]
    [InlineData(SimulatedStep.CreateDoorbell, RemoteProcessorState.Stopped)]
    [InlineData(SimulatedStep.Start, RemoteProcessorState.Stopped)]
    [InlineData(SimulatedStep.Stop, RemoteProcessorState.Crashed)]
    [InlineData(SimulatedStep.Shutdown, RemoteProcessorState.Offline)]
    [InlineData(SimulatedStep.Suspend, RemoteProcessorState.Running)]
    [InlineData(SimulatedStep.Resume, RemoteProcessorState.Suspended)]
    [InlineData(SimulatedStep.Attach, RemoteProcessorState.Detached)]
    [InlineData(SimulatedStep.Detach, RemoteProcessorState.Detached)]
    public async Task ADriverThatFailsLeavesADefinedStateAndLeaksNothing(
        SimulatedStep step,
        RemoteProcessorState expected)
    {
        Board board = await BeforeAsync(step);
        board.Faults.Add(step, SimulatedFaultKind.Fail);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(() => DoAsync(board, step));
        Assert.Contains($"made to fail at {step}", error.Message, StringComparison.Ordinal);
        Assert.Equal(expected, board.State);
        if (expected == RemoteProcessorState.Offline)
        {
            Assert.Empty(board.Processor.Memory.Carveouts);
        }

        await board.DisposeAsync();
        Assert.Equal(0UL, board.Driver.AllocatedBytes);
        Assert.False(board.Driver.IsRunning);
    }

    [Theory]
    [InlineData(SimulatedStep.Prepare, RemoteProcessorState.Offline)]
    [InlineData(SimulatedStep.Start, RemoteProcessorState.Stopped)]
    [InlineData(SimulatedStep.Stop, RemoteProcessorState.Crashed)]
    [InlineData(SimulatedStep.Shutdown, RemoteProcessorState.Offline)]
    [InlineData(SimulatedStep.Suspend, RemoteProcessorState.Crashed)]
    [InlineData(SimulatedStep.Resume, RemoteProcessorState.Crashed)]
    [InlineData(SimulatedStep.Attach, RemoteProcessorState.Detached)]
    [InlineData(SimulatedStep.Detach, RemoteProcessorState.Detached)]
    public async Task ADriverThatNeverReturnsIsAbandoned(SimulatedStep step, RemoteProcessorState expected)
    {
        Board board = await BeforeAsync(step, Board.Quick with
        {
            StartTimeout = TimeSpan.FromMilliseconds(500),
            StopTimeout = TimeSpan.FromMilliseconds(500),
            LoadTimeout = TimeSpan.FromMilliseconds(500),
            AbandonTimeout = TimeSpan.FromMilliseconds(300),
        });
        board.Faults.Add(step, SimulatedFaultKind.NeverReturn);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(() => DoAsync(board, step));
        Assert.Contains("did not come back", error.Message, StringComparison.Ordinal);
        Assert.Equal(expected, board.State);
        await board.DisposeAsync();
        Assert.Equal(0UL, board.Driver.AllocatedBytes);
    }

    [Fact]
    public async Task DisposalDoesNotWaitForADriverThatNeverReturns()
    {
        Board board = await Board.RunningAsync(
            options: Board.Quick with { StopTimeout = Short, AbandonTimeout = Short });
        board.Faults.Add(SimulatedStep.Stop, SimulatedFaultKind.NeverReturn, count: 10)
            .Add(SimulatedStep.Shutdown, SimulatedFaultKind.NeverReturn)
            .Add(SimulatedStep.Remove, SimulatedFaultKind.NeverReturn);
        await board.DisposeAsync();
        Assert.NotEmpty(board.Log.OfId(107));
    }

    [Fact]
    public async Task FirmwareThatIgnoresItsEndMakesTheStopFailAndKeepsItsMemory()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("deaf", (_, _) => goOn.Task), Board.Quick with { StopTimeout = Short });
        await Assert.ThrowsAsync<RemoteProcessorException>(async () => await board.Processor.StopAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Crashed, board.State);
        Assert.Equal(CrashKind.Unresponsive, board.Processor.LastCrash!.Kind);
        await board.DisposeAsync();
        Assert.NotEqual(0UL, board.Driver.AllocatedBytes);
        goOn.SetResult();
        while (board.Driver.AllocatedBytes != 0)
        {
            await Task.Delay(1, Board.Token);
        }
    }

    [Fact]
    public async Task OperationsThatWaitWhenItIsDisposedLearnIt()
    {
        Board board = await Board.LoadedAsync();
        board.Faults.Add(SimulatedStep.Start, SimulatedFaultKind.Hang);
        Task start = board.Processor.StartAsync(Board.Token).AsTask();
        await ReachAsync(board, SimulatedStep.Start);
        Task[] waiting = [.. Enumerable.Range(0, 20)
            .Select(_ => board.Processor.StartAsync(Board.Token).AsTask())];
        await board.DisposeAsync();
        await Assert.ThrowsAsync<RemoteProcessorException>(() => start);
        foreach (Task task in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(
                () => task.WaitAsync(TimeSpan.FromSeconds(10), Board.Token));
        }
    }

    private static async Task<Board> BeforeAsync(SimulatedStep step, RemoteProcessorOptions? options = null)
    {
        bool attaches = step is SimulatedStep.Attach or SimulatedStep.Detach;
        Board board = await Board.OpenAsync(
            options: options,
            configure: o => o with { RunningImage = attaches ? Board.Image() : null });
        if (!attaches && step != SimulatedStep.Prepare)
        {
            await board.LoadAsync();
        }

        if (step is SimulatedStep.Stop or SimulatedStep.Suspend or SimulatedStep.Resume)
        {
            await board.Processor.StartAsync(Board.Token);
        }

        if (step == SimulatedStep.Resume)
        {
            await board.Processor.SuspendAsync(Board.Token);
        }

        if (step == SimulatedStep.Detach)
        {
            await board.Processor.AttachAsync(Board.Token);
        }

        return board;
    }

    private static Task DoAsync(Board board, SimulatedStep step)
        => TransitionTests.DoAsync(board, step switch
        {
            SimulatedStep.Prepare => RemoteProcessorOperation.Load,
            SimulatedStep.Start or SimulatedStep.CreateDoorbell => RemoteProcessorOperation.Start,
            SimulatedStep.Stop => RemoteProcessorOperation.Stop,
            SimulatedStep.Shutdown => RemoteProcessorOperation.Shutdown,
            SimulatedStep.Suspend => RemoteProcessorOperation.Suspend,
            SimulatedStep.Resume => RemoteProcessorOperation.Resume,
            SimulatedStep.Attach => RemoteProcessorOperation.Attach,
            _ => RemoteProcessorOperation.Detach,
        });

    private static async Task ReachAsync(Board board, SimulatedStep step, int count = 1)
    {
        while (board.Faults.CountOf(step) < count)
        {
            await Task.Delay(1, Board.Token);
        }
    }

    private static async Task AssertRestartsAsync(Board board)
    {
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }
}
