// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

[Collection(nameof(StressTests))]
[CollectionDefinition(nameof(StressTests), DisableParallelization = true)]
public sealed class StressTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OperationsOfManyThreadsAtOnceEndAndLeaveADefinedState(int seed)
    {
        var faults = new SimulatedFaultPlan(
            seed,
            0.05,
            SimulatedFaultKind.Fail,
            SimulatedFaultKind.Hang,
            SimulatedFaultKind.Crash,
            new SimulatedFault(SimulatedFaultKind.Delay) { Delay = TimeSpan.FromMilliseconds(2) });

        // The initialisation is not what this is about.
        faults.Add(SimulatedStep.Initialize, SimulatedFaultKind.None);
        await using Board board = await Board.OpenAsync(
            options: Board.Quick with
            {
                AbandonTimeout = TimeSpan.FromSeconds(1),
                LoadTimeout = TimeSpan.FromMilliseconds(100),
                StartTimeout = TimeSpan.FromMilliseconds(100),
                StopTimeout = TimeSpan.FromMilliseconds(100),
                Recovery = RecoveryPolicy.Always,
            },
            configure: options => options with { Faults = faults });
        long end = Stopwatch.GetTimestamp() + (3 * Stopwatch.Frequency);
        var work = Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => Task.Run(() => WorkAsync(board, new Random(seed + i), end), Board.Token)));
        await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(30), Board.Token));
        string log = board.Log.All;
        Assert.True(work.IsCompleted, $"Hung, {board.State}: {log[^Math.Min(log.Length, 3000)..]}");
        int[] done = await work;
        TestContext.Current.TestOutputHelper!.WriteLine($"{done.Sum()} operations succeeded.");
        Assert.True(done.Sum() > 50, $"Only {done.Sum()} operations succeeded.");

        faults.Clear();
        await PatientlyAsync(() => board.Processor.StopAsync(Board.Token).AsTask());
        Assert.Contains(
            board.State,
            new[] { RemoteProcessorState.Offline, RemoteProcessorState.Ready, RemoteProcessorState.Stopped });
        await PatientlyAsync(() => board.LoadAsync());
        await PatientlyAsync(() => board.Processor.StartAsync(Board.Token).AsTask());
        await board.EchoAsync();
        await PatientlyAsync(() => board.Processor.StopAsync(Board.Token).AsTask());
        await PatientlyAsync(() => board.Processor.ShutdownAsync(Board.Token).AsTask());
        Assert.Empty(board.Processor.Memory.Carveouts);
        Assert.False(board.Driver.IsRunning);
    }

    [Fact]
    public async Task HundredsOfStartsStopsAndRecoveriesLeakNothing()
    {
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with { Recovery = RecoveryPolicy.Always });
        await CycleAsync(board, 20, 20);
        int carveouts = board.Processor.Memory.Carveouts.Count;
        (int threads, int descriptors) = Count();
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        ulong native = board.Driver.AllocatedBytes;

        await CycleAsync(board, 300, 150);

        Assert.Equal(carveouts, board.Processor.Memory.Carveouts.Count);
        Assert.Equal(native, board.Driver.AllocatedBytes);
        (int threadsAfter, int descriptorsAfter) = Count();
        Assert.InRange(threadsAfter, 1, threads + 8);
        Assert.InRange(descriptorsAfter, 1, descriptors + 4);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - bytes;
        Assert.InRange(grown, long.MinValue, 1000 * 1000);
        Assert.Equal(20 + 300 + 2 + 20 + 150, board.Processor.StartCount);
        Assert.Equal(20 + 150, board.Processor.CrashCount);
    }

    // The deadlines are short for what hangs. On a busy machine they are short for what works too: then once more.
    private static async Task PatientlyAsync(Func<Task> operation)
    {
        while (true)
        {
            try
            {
                await operation();
                return;
            }
            catch (RemoteProcessorException error) when (error.InnerException is OperationCanceledException)
            {
                Board.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task CycleAsync(Board board, int starts, int crashes)
    {
        for (int i = 0; i < starts; i++)
        {
            await board.Processor.StartAsync(Board.Token);
            await board.Processor.StopAsync(Board.Token);
        }

        await board.Processor.StartAsync(Board.Token);
        for (int i = 0; i < crashes; i++)
        {
            Task again = RecoveryTests.RunsAgainAsync(board);
            board.Driver.Crash(CrashKind.FatalError, "again");
            await again;
        }

        await board.EchoAsync();
        await board.Processor.StopAsync(Board.Token);
    }

    private static (int Threads, int Descriptors) Count()
    {
        using var process = Process.GetCurrentProcess();
        int descriptors = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 1;
        return (process.Threads.Count, descriptors);
    }

    private static async Task<int> WorkAsync(Board board, Random random, long end)
    {
        RemoteProcessorOperation[] choice =
        [
            RemoteProcessorOperation.Load, RemoteProcessorOperation.Start, RemoteProcessorOperation.Start,
            RemoteProcessorOperation.Stop, RemoteProcessorOperation.Suspend, RemoteProcessorOperation.Resume,
            RemoteProcessorOperation.Recover, RemoteProcessorOperation.Shutdown,
        ];
        int done = 0;
        while (Stopwatch.GetTimestamp() < end)
        {
            if (random.Next(10) == 0)
            {
                board.Driver.Crash(CrashKind.FatalError, "by chance");
            }

            try
            {
                await TransitionTests.DoAsync(board, choice[random.Next(choice.Length)]);
                done++;
            }
            catch (Exception error) when (error is RemoteProcessorException or RemoteProcessorStateException)
            {
                // Refused, or went wrong as it was made to.
                await Task.Yield();
            }
        }

        return done;
    }
}
