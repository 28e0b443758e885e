// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>A simulated processor that is open.</summary>
internal sealed class Board : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly ConditionalWeakTable<object, CancellationTokenSource> s_limits = [];

    private Board(
        SimulatedProcessorDriver driver,
        RemoteProcessor processor,
        SimulatedFaultPlan faults,
        RecordingLogger log)
    {
        Driver = driver;
        Processor = processor;
        Faults = faults;
        Log = log;
    }

    public SimulatedProcessorDriver Driver { get; }

    public RemoteProcessor Processor { get; }

    public SimulatedFaultPlan Faults { get; }

    public RecordingLogger Log { get; }

    public RemoteProcessorState State => Processor.State;

    /// <summary>Ends with the test, and before: whatever waits too long fails where it waits, instead of holding all
    /// others.</summary>
    public static CancellationToken Token => s_limits.GetValue(TestContext.Current.Test!, NewLimit).Token;

    private static CancellationTokenSource NewLimit(object test)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_patience);
        return limit;
    }

    /// <summary>Short times, so that a test that hangs is a test that fails.</summary>
    public static RemoteProcessorOptions Quick { get; } = new()
    {
        StartTimeout = TimeSpan.FromSeconds(20),
        StopTimeout = TimeSpan.FromSeconds(20),
        LoadTimeout = TimeSpan.FromSeconds(20),
        GracefulShutdown = null,
    };

    public static async Task<Board> OpenAsync(
        SimulatedFirmware? firmware = null,
        RemoteProcessorOptions? options = null,
        Func<SimulatedProcessorOptions, SimulatedProcessorOptions>? configure = null)
    {
        (SimulatedProcessorDriver driver, SimulatedFaultPlan faults) = CreateDriver(firmware, configure);
        var log = new RecordingLogger();
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            driver, (options ?? Quick) with { Logger = log }, Token);
        return new Board(driver, processor, faults, log);
    }

    public static (SimulatedProcessorDriver Driver, SimulatedFaultPlan Faults) CreateDriver(
        SimulatedFirmware? firmware = null,
        Func<SimulatedProcessorOptions, SimulatedProcessorOptions>? configure = null)
    {
        var faults = new SimulatedFaultPlan();
        var processor = new SimulatedProcessorOptions
        {
            Firmware = firmware is null ? [Programs.Echo, Programs.Idle] : [firmware],
            Faults = faults,
        };
        processor = configure?.Invoke(processor) ?? processor;
        return (new SimulatedProcessorDriver(processor), processor.Faults);
    }

    /// <summary>An open processor with firmware in its memory.</summary>
    public static async Task<Board> LoadedAsync(
        SimulatedFirmware? firmware = null,
        RemoteProcessorOptions? options = null,
        byte[]? table = null,
        Func<SimulatedProcessorOptions, SimulatedProcessorOptions>? configure = null)
    {
        Board board = await OpenAsync(firmware, options, configure);
        await board.LoadAsync(firmware?.Name ?? "echo", table ?? TestTable.OneLink);
        return board;
    }

    /// <summary>A processor that runs.</summary>
    public static async Task<Board> RunningAsync(
        SimulatedFirmware? firmware = null,
        RemoteProcessorOptions? options = null,
        byte[]? table = null,
        Func<SimulatedProcessorOptions, SimulatedProcessorOptions>? configure = null)
    {
        Board board = await LoadedAsync(firmware, options, table, configure);
        await board.Processor.StartAsync(Token);
        return board;
    }

    public static byte[] Image(string firmware = "echo", byte[]? table = null)
        => SimulatedImage.ToElf(new SimulatedImageOptions
        {
            FirmwareName = firmware,
            ResourceTable = table ?? TestTable.OneLink,
        });

    public async Task LoadAsync(string firmware = "echo", byte[]? table = null)
        => await Processor.LoadAsync(FirmwareStore.FromMemory(Image(firmware, table), firmware), Token);

    /// <summary>Sends a text to the service "echo", and waits until it comes back.</summary>
    public async Task EchoAsync(string text = "hello")
    {
        await using RpmsgEndpoint endpoint = await Processor.Rpmsg.ConnectAsync("echo", Token);
        await endpoint.SendAsync(Encoding.UTF8.GetBytes(text), Token);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Token);
        Assert.Equal(text, Encoding.UTF8.GetString(answer.Payload));
    }

    /// <summary>Makes it crash, and waits until that was noticed.</summary>
    public async Task CrashAsync(CrashKind kind = CrashKind.FatalError)
    {
        Task crashed = Processor.WaitForStateAsync(RemoteProcessorState.Crashed, Token).AsTask();
        Driver.Crash(kind, "the test says so");
        await crashed;
    }

    /// <summary>Every state change from now on.</summary>
    public List<RemoteProcessorState> Record(out Task done)
    {
        var states = new List<RemoteProcessorState>();
        IAsyncEnumerable<RemoteProcessorStateChange> changes = Processor.WatchAsync(CancellationToken.None);
        done = RecordAsync();
        return states;

        async Task RecordAsync()
        {
            await foreach (RemoteProcessorStateChange change in changes)
            {
                states.Add(change.To);
            }
        }
    }

    public ValueTask DisposeAsync() => Processor.DisposeAsync();
}
