// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

public sealed class FirstLifeTests
{
    [Fact]
    public async Task FirmwareIsLoadedStartedTalkedToAndStopped()
    {
        await using Board board = await Board.OpenAsync();
        Assert.Equal(RemoteProcessorState.Offline, board.State);
        await board.LoadAsync();
        Assert.Equal(RemoteProcessorState.Ready, board.State);
        await board.Processor.StartAsync(Board.Token);
        Assert.Equal(RemoteProcessorState.Running, board.State);
        await board.EchoAsync();
        Assert.Equal(StopOutcome.Stopped, await board.Processor.StopAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        Assert.Equal(StopOutcome.NotRunning, await board.Processor.StopAsync(Board.Token));
        Assert.False(board.Driver.IsRunning);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
        Assert.Equal(2, board.Processor.StartCount);
    }

    [Fact]
    public async Task ASecondStartIsRefusedAndChangesNothing()
    {
        await using Board board = await Board.RunningAsync();
        RemoteProcessorStateException error = await Assert.ThrowsAsync<RemoteProcessorStateException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Equal(RemoteProcessorOperation.Start, error.Operation);
        Assert.Equal(RemoteProcessorState.Running, error.State);
        Assert.Contains("Stop it first", error.Message, System.StringComparison.Ordinal);
        await board.EchoAsync();
    }

    [Fact]
    public async Task TheHundredthRestartIsLikeTheFirst()
    {
        await using Board board = await Board.LoadedAsync();
        for (int i = 0; i < 100; i++)
        {
            await board.Processor.StartAsync(Board.Token);
            await board.EchoAsync($"run {i}");
            await board.Processor.StopAsync(Board.Token);
        }

        Assert.Equal(100, board.Processor.StartCount);
        Assert.Equal(0, board.Processor.CrashCount);
    }
}
