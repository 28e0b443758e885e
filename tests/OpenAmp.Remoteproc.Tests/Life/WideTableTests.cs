// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>What version 2 of the table adds to a processor's life: state words, parameters, a trace that
/// rings.</summary>
public sealed class WideTableTests
{
    private static CancellationToken Token => Board.Token;

    [Fact]
    public async Task FirmwareOfAVersionTwoTableEchoes()
    {
        await using Board board = await Board.RunningAsync(
            table: new ResourceTableBuilder(version: 2).AddRpmsgVdev(16).ToBytes());

        await board.EchoAsync();
        Assert.Equal(2, board.Processor.Table!.FormatVersion);
        await board.Processor.StopAsync(Token);
        await board.Processor.StartAsync(Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task BuffersHaveTheSizesThatTheTableAsksForInEachDirection()
    {
        byte[] table = new ResourceTableBuilder(version: 2).Add(new VdevDescription
        {
            DeviceFeatures = 1,
            Vrings =
            [
                new VringDescription { EntryCount = 16, AlignmentBytes = 4096 },
                new VringDescription { EntryCount = 16, AlignmentBytes = 4096 },
            ],
            Buffers = new VdevBuffersDescription
            {
                ToDriverBufferBytes = 2048,
                ToDriverBufferCount = 4,
                ToDeviceBufferBytes = 1024,
                ToDeviceBufferCount = 8,
            },
        }).ToBytes();
        await using Board board = await Board.RunningAsync(table: table);

        Assert.Equal(1024 - 16, board.Processor.Rpmsg.MaxPayloadBytes);
        VdevBuffers buffers = board.Processor.Table!.Vdevs[0].Buffers!;
        Assert.False(buffers.IsAnywhere);
        Assert.Equal((4UL * 2048) + (8 * 1024), buffers.LengthBytes);
        await board.EchoAsync(new string('x', 1000));
    }

    [Fact]
    public async Task AFirmwareThatSaysItCannotGoOnHasCrashed()
    {
        var firmware = SimulatedFirmware.Create("quitter", async (environment, stop) =>
        {
            environment.State!.Value.WriteState(ProcessorState.Running);
            environment.State.Value.WriteDetail(0xBAD);
            environment.State.Value.WriteState(ProcessorState.Crashed);
            await Programs.Forever(stop);
        });
        await using Board board = await Board.LoadedAsync(firmware, table: WithState());
        Task<RemoteProcessorStateChange> crashed = board.Processor
            .WaitForChangeAsync(RemoteProcessorState.Crashed, Token);
        await board.Processor.StartAsync(Token);

        RemoteCrash crash = (await crashed).Crash!;
        Assert.Equal(CrashKind.FatalError, crash.Kind);
        Assert.Contains("0x00000bad", crash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirmwareIsAskedToEndThroughItsStateWords()
    {
        bool wasAsked = false;
        var firmware = SimulatedFirmware.Create("polite", async (environment, stop) =>
        {
            LiveProcessorState state = environment.State!.Value;
            while (state.ReadRequest() != ProcessorRequest.Stop)
            {
                await Task.Delay(1, stop);
            }

            wasAsked = true;
            state.WriteState(ProcessorState.Stopped);
            await Programs.Forever(stop);
        });
        await using Board board = await Board.RunningAsync(
            firmware, Board.Quick with { GracefulShutdown = new GracefulShutdown() }, WithState());

        Assert.Equal(StopOutcome.Acknowledged, await board.Processor.StopAsync(Token));
        Assert.True(wasAsked);
    }

    [Fact]
    public async Task FirmwareThatDoesNotAnswerThereIsStoppedByForce()
    {
        await using Board board = await Board.RunningAsync(
            Programs.Idle,
            Board.Quick with { GracefulShutdown = new GracefulShutdown { Timeout = TimeSpan.FromMilliseconds(30) } },
            WithState());

        Assert.Equal(StopOutcome.ForcedAfterDeadline, await board.Processor.StopAsync(Token));
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
    }

    [Fact]
    public async Task AHeartbeatCounterThatStandsStillIsACrash()
    {
        using var alive = new SemaphoreSlim(0);
        var firmware = SimulatedFirmware.Create("mortal", async (environment, stop) =>
        {
            for (uint beat = 1; beat <= 20; beat++)
            {
                environment.State!.Value.WriteHeartbeat(beat);
                await Task.Delay(5, stop);
            }

            alive.Release();
            await Programs.Forever(stop);
        });
        var options = Board.Quick with { Watchdog = new WatchdogOptions { Timeout = TimeSpan.FromSeconds(1) } };
        await using Board board = await Board.LoadedAsync(firmware, options, WithState());
        Task<RemoteProcessorStateChange> crashed = board.Processor
            .WaitForChangeAsync(RemoteProcessorState.Crashed, Token);
        await board.Processor.StartAsync(Token);

        Assert.Equal(CrashKind.Watchdog, (await crashed).Crash!.Kind);
        Assert.True(await alive.WaitAsync(0, Token), "it crashed while it still counted");
    }

    [Fact]
    public async Task ParametersReachTheFirmwareAtEveryStart()
    {
        var seen = new List<string>();
        var firmware = SimulatedFirmware.Create("reader", async (environment, stop) =>
        {
            foreach ((string key, string value) in environment.Table!.Parameters[0].ReadPairs())
            {
                seen.Add($"{key}={value}");
            }

            await Programs.Forever(stop);
        });
        byte[] table = new ResourceTableBuilder(version: 2)
            .AddParameters("boot", 64, new Dictionary<string, string> { ["mode"] = "slow", ["id"] = "7" })
            .ToBytes();
        var options = Board.Quick with { Parameters = new Dictionary<string, string> { ["mode"] = "fast" } };
        await using Board board = await Board.RunningAsync(firmware, options, table);
        await board.Processor.StopAsync(Token);
        await board.Processor.StartAsync(Token);
        await board.Processor.StopAsync(Token);

        Assert.Equal(["mode=fast", "id=7", "mode=fast", "id=7"], seen);
    }

    [Fact]
    public async Task ParametersWithoutRoomForThemAreRefusedBeforeAnythingChanges()
    {
        var options = Board.Quick with { Parameters = new Dictionary<string, string> { ["mode"] = "fast" } };
        await using Board board = await Board.OpenAsync(options: options);

        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(() => board.LoadAsync());
        Assert.Contains("parameters", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Offline, board.State);
    }

    private static byte[] WithState() => new ResourceTableBuilder(version: 2).AddProcessorState().ToBytes();
}
