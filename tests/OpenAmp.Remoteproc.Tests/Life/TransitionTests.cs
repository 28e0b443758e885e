// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>Every state meets every operation.</summary>
public sealed class TransitionTests
{
    private static readonly RemoteProcessorOperation[] Asked =
        [.. Enum.GetValues<RemoteProcessorOperation>().Where(o => o != RemoteProcessorOperation.Crash)];

    public static TheoryData<RemoteProcessorState, RemoteProcessorOperation> Pairs
    {
        get
        {
            var pairs = new TheoryData<RemoteProcessorState, RemoteProcessorOperation>();
            foreach (RemoteProcessorState state in Enum.GetValues<RemoteProcessorState>())
            {
                foreach (RemoteProcessorOperation operation in Enum.GetValues<RemoteProcessorOperation>())
                {
                    pairs.Add(state, operation);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task AnOperationIsRefusedOrLeadsWhereTheTableSays(
        RemoteProcessorState state,
        RemoteProcessorOperation operation)
    {
        if (state == RemoteProcessorState.Loading)
        {
            // It lasts as long as an operation: others wait for their turn, and find another state.
            Assert.False(RemoteProcessorTransitions.TryGet(state, operation, out _));
            return;
        }

        // Only one that was attached to is left running after a crash: AttachTests has the other.
        bool wasAttached = (state, operation) == (RemoteProcessorState.Crashed, RemoteProcessorOperation.Detach);
        await using Board board = await ReachAsync(wasAttached ? RemoteProcessorState.Attached : state);
        if (wasAttached)
        {
            await board.CrashAsync();
        }

        Assert.Equal(state, board.State);
        if (operation == RemoteProcessorOperation.Crash)
        {
            await CrashAsync(board, state);
        }
        else if (RemoteProcessorTransitions.TryGet(state, operation, out RemoteProcessorState to))
        {
            await DoAsync(board, operation);
            Assert.Equal(to, board.State);
        }
        else
        {
            RemoteProcessorStateException error = await Assert.ThrowsAsync<RemoteProcessorStateException>(
                () => DoAsync(board, operation));
            Assert.Equal(state, error.State);
            Assert.Equal(operation, error.Operation);
            Assert.Equal(RemoteProcessorTransitions.StatesFor(operation), error.Expected);
            Assert.Contains(board.Processor.Name, error.Message, StringComparison.Ordinal);
            Assert.Contains(state.ToString(), error.Message, StringComparison.Ordinal);
            Assert.Equal(state, board.State);
        }
    }

    [Fact]
    public void EveryOperationIsLegalSomewhere()
        => Assert.All(Asked, operation => Assert.NotEmpty(RemoteProcessorTransitions.StatesFor(operation)));

    [Fact]
    public async Task OperationsThatTheDriverCannotDoAreRefusedByName()
    {
        await using Board board = await Board.LoadedAsync(
            configure: options => options with { Capabilities = DriverCapabilities.None });
        NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Contains("StartStop", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.StopAsync(Board.Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.SuspendAsync(Board.Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.ResumeAsync(Board.Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.AttachAsync(Board.Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.DetachAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Ready, board.State);
    }

    [Fact]
    public async Task AWatchSeesEveryChangeInOrderAndEndsWithTheProcessor()
    {
        Board board = await Board.OpenAsync();
        var states = board.Record(out Task done);
        await board.LoadAsync();
        await board.Processor.StartAsync(Board.Token);
        await board.Processor.SuspendAsync(Board.Token);
        await board.Processor.ResumeAsync(Board.Token);
        await board.CrashAsync();
        await board.Processor.RecoverAsync(Board.Token);
        await board.Processor.StopAsync(Board.Token);
        await board.Processor.ShutdownAsync(Board.Token);
        await board.DisposeAsync();
        await done;
        Assert.Equal(
            [
                RemoteProcessorState.Loading, RemoteProcessorState.Ready, RemoteProcessorState.Running,
                RemoteProcessorState.Suspended, RemoteProcessorState.Running, RemoteProcessorState.Crashed,
                RemoteProcessorState.Running, RemoteProcessorState.Stopped, RemoteProcessorState.Offline,
            ],
            states);
    }

    [Fact]
    public async Task WaitingForAStateEndsAtOnceWhenItIsThereAndWithTheProcessorWhenItNeverComes()
    {
        Board board = await Board.OpenAsync();
        await board.Processor.WaitForStateAsync(RemoteProcessorState.Offline, Board.Token);
        Task never = board.Processor.WaitForStateAsync(RemoteProcessorState.Suspended, Board.Token).AsTask();
        using var source = new CancellationTokenSource();
        Task cancelled = board.Processor.WaitForStateAsync(RemoteProcessorState.Suspended, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await board.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => never);
    }

    [Theory]
    [InlineData(RemoteProcessorState.Offline)]
    [InlineData(RemoteProcessorState.Ready)]
    [InlineData(RemoteProcessorState.Running)]
    [InlineData(RemoteProcessorState.Suspended)]
    [InlineData(RemoteProcessorState.Crashed)]
    [InlineData(RemoteProcessorState.Attached)]
    [InlineData(RemoteProcessorState.Detached)]
    [InlineData(RemoteProcessorState.Stopped)]
    public async Task DisposedInAnyStateLeavesNothing(RemoteProcessorState state)
    {
        Board board = await ReachAsync(state);
        await Task.WhenAll(board.DisposeAsync().AsTask(), board.DisposeAsync().AsTask());
        Assert.False(board.Driver.IsRunning);
        Assert.Equal(0UL, board.Driver.AllocatedBytes);
        Assert.Empty(board.Log.OfId(107));
        Assert.Equal(1, board.Faults.CountOf(SimulatedStep.Remove));
        foreach (RemoteProcessorOperation operation in Asked)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => DoAsync(board, operation));
        }
    }

    internal static async Task DoAsync(Board board, RemoteProcessorOperation operation)
    {
        RemoteProcessor processor = board.Processor;
        switch (operation)
        {
            case RemoteProcessorOperation.Load:
                await board.LoadAsync();
                break;
            case RemoteProcessorOperation.Start:
                await processor.StartAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Stop:
                await processor.StopAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Suspend:
                await processor.SuspendAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Resume:
                await processor.ResumeAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Attach:
                await processor.AttachAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Detach:
                await processor.DetachAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Recover:
                await processor.RecoverAsync(Board.Token);
                break;
            case RemoteProcessorOperation.Shutdown:
                await processor.ShutdownAsync(Board.Token);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "Nobody asks for it.");
        }
    }

    internal static async Task<Board> ReachAsync(RemoteProcessorState state)
    {
        bool runsAlready = state is RemoteProcessorState.Attached or RemoteProcessorState.Detached;
        const DriverCapabilities All = DriverCapabilities.StartStop | DriverCapabilities.SuspendResume
            | DriverCapabilities.AttachDetach;
        Board board = await Board.OpenAsync(configure: options => options with
        {
            Capabilities = All,
            RunningImage = runsAlready ? Board.Image() : null,
        });
        if (!runsAlready && state != RemoteProcessorState.Offline)
        {
            await board.LoadAsync();
        }

        if (state is RemoteProcessorState.Running or RemoteProcessorState.Suspended or RemoteProcessorState.Crashed
            or RemoteProcessorState.Stopped)
        {
            await board.Processor.StartAsync(Board.Token);
        }

        switch (state)
        {
            case RemoteProcessorState.Suspended:
                await board.Processor.SuspendAsync(Board.Token);
                break;
            case RemoteProcessorState.Crashed:
                await board.CrashAsync();
                break;
            case RemoteProcessorState.Attached:
                await board.Processor.AttachAsync(Board.Token);
                break;
            case RemoteProcessorState.Stopped:
                await board.Processor.StopAsync(Board.Token);
                break;
            default:
                break;
        }

        return board;
    }

    private static async Task CrashAsync(Board board, RemoteProcessorState state)
    {
        if (RemoteProcessorTransitions.TryGet(state, RemoteProcessorOperation.Crash, out RemoteProcessorState to))
        {
            await board.CrashAsync();
            Assert.Equal(to, board.State);
            Assert.Equal(1, board.Processor.CrashCount);
            return;
        }

        board.Driver.Crash(CrashKind.FatalError, "nobody minds");
        Assert.Equal(state, board.State);
        Assert.Equal(state == RemoteProcessorState.Crashed ? 1 : 0, board.Processor.CrashCount);
    }
}
