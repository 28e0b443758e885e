// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

public sealed class AttachTests
{
    [Fact]
    public async Task ARunningProcessorIsJoinedLeftAndJoinedAgainAndItsTableIsPutBack()
    {
        await using Board board = await RunningAloneAsync();
        Assert.Equal(RemoteProcessorState.Detached, board.State);
        byte[] before = LiveTable(board);
        for (int i = 0; i < 5; i++)
        {
            await board.Processor.AttachAsync(Board.Token);
            Assert.Equal(RemoteProcessorState.Attached, board.State);
            await board.EchoAsync($"attach {i}");
            RpmsgLink link = board.Processor.Rpmsg;
            await board.Processor.DetachAsync(Board.Token);
            Assert.Equal(RpmsgCloseReason.Disposed, await link.Completion);
            Assert.Equal(RemoteProcessorState.Detached, board.State);
            Assert.True(board.Driver.IsRunning);
            Assert.Equal(before, LiveTable(board));
            Assert.Single(board.Processor.Memory.Carveouts);
        }
    }

    [Fact]
    public async Task ACrashWhileAttachedIsNotRecoveredAndCanBeStopped()
    {
        await using Board board = await RunningAloneAsync(Board.Quick with { Recovery = RecoveryPolicy.Always });
        await board.Processor.AttachAsync(Board.Token);
        await board.CrashAsync();
        await RecoveryTests.WaitForLogAsync(board, 104);
        RemoteProcessorStateException error = await Assert.ThrowsAsync<RemoteProcessorStateException>(
            async () => await board.Processor.RecoverAsync(Board.Token));
        Assert.Contains("attached to", error.Message, StringComparison.Ordinal);
        await board.Processor.StopAsync(Board.Token);
        Assert.Equal(RemoteProcessorState.Offline, board.State);
        await board.LoadAsync();
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AMalformedLiveTableIsRefusedAndTheProcessorLeftAlone()
    {
        await using Board board = await RunningAloneAsync();
        byte[] before = LiveTable(board);
        Overwrite(board, 9);
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            async () => await board.Processor.AttachAsync(Board.Token));
        Assert.Contains("live resource table", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Detached, board.State);
        Overwrite(board, 1);
        Assert.Equal(before, LiveTable(board));
        await board.Processor.AttachAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task OneThatIsOnlyAttachedToNeedsNoLifeCycle()
    {
        await using Board board = await Board.OpenAsync(configure: options => options with
        {
            RunningImage = Board.Image(),
            Capabilities = DriverCapabilities.AttachDetach,
        });
        await board.Processor.AttachAsync(Board.Token);
        await board.EchoAsync();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await board.Processor.StopAsync(Board.Token));
        await board.CrashAsync();
        await board.Processor.DetachAsync(Board.Token);
        Assert.Equal(RemoteProcessorState.Detached, board.State);
    }

    [Fact]
    public async Task OneThatWasStartedHereAndCrashedIsNotDetachedFrom()
    {
        await using Board board = await TransitionTests.ReachAsync(RemoteProcessorState.Crashed);
        await Assert.ThrowsAsync<RemoteProcessorStateException>(
            async () => await board.Processor.DetachAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Crashed, board.State);
    }

    private static Task<Board> RunningAloneAsync(RemoteProcessorOptions? options = null)
        => Board.OpenAsync(options: options, configure: o => o with { RunningImage = Board.Image() });

    private static SharedRegion TablePlace(Board board)
    {
        ulong address = SimulatedProcessorOptions.DefaultAddress.Value + SimulatedImage.TableOffsetBytes;
        Assert.True(board.Processor.Memory.TryTranslate(
            new DeviceAddress(address), (ulong)TestTable.OneLink.Length, out SharedRegion place));
        return place;
    }

    // SAFETY of both: the map vouches for the table; the test holds the processor open.
    private static unsafe byte[] LiveTable(Board board)
        => new Span<byte>(TablePlace(board).Start, TestTable.OneLink.Length).ToArray();

    private static unsafe void Overwrite(Board board, byte version) => *TablePlace(board).Start = version;
}
