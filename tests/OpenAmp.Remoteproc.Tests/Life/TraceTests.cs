// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>Trace buffers of a processor that lives: every line of every run, and the last words of a crash.</summary>
public sealed class TraceTests
{
    private const int LineCount = 200;

    private static CancellationToken Token => Board.Token;

    [Theory]
    [InlineData(1, TraceMethod.PlainText)]
    [InlineData(2, TraceMethod.PlainText)]
    [InlineData(2, TraceMethod.FlipFlop)]
    public async Task EveryLineOfEveryRunArrivesAlsoTheLastBeforeACrash(int version, TraceMethod method)
    {
        var sink = new Collector();
        int run = 0;
        var firmware = SimulatedFirmware.Create("talker", (environment, _) =>
        {
            RemoteTrace trace = environment.OpenTrace("log");
            int number = Interlocked.Increment(ref run);
            for (int i = 0; i < LineCount; i++)
            {
                Assert.True(trace.WriteLine($"run {number} line {i}"));
            }

            return Task.FromException(new SimulatedCrashException(CrashKind.MemoryFault, "as it should"));
        });
        await using Board board = await Board.LoadedAsync(firmware, With(sink), Table(version, method));
        for (int i = 0; i < 2; i++)
        {
            Task<RemoteProcessorStateChange> crashed = board.Processor
                .WaitForChangeAsync(RemoteProcessorState.Crashed, Token);
            try
            {
                await board.Processor.StartAsync(Token);
                await crashed;
            }
            catch (RemoteProcessorException)
            {
                // It crashed before the start was done: its words count all the same.
            }

            await board.Processor.StopAsync(Token);
        }

        IEnumerable<string> expected = Enumerable.Range(1, 2)
            .SelectMany(number => Enumerable.Range(0, LineCount).Select(line => $"run {number} line {line}"));
        Assert.Equal(expected, sink.Lines);
    }

    [Fact]
    public async Task ATraceThatMayLieAnywhereGetsAPlaceAndANotifyId()
    {
        await using Board board = await Board.LoadedAsync(
            Programs.Idle, table: Table(2, TraceMethod.FlipFlop));

        TraceResource trace = Assert.Single(board.Processor.Traces);
        Assert.NotEqual(ResourceAddress.Any64, trace.Address);
        Assert.NotNull(trace.NotifyId);
        Assert.Contains(board.Processor.Memory.Carveouts, carveout => carveout.Name == "log");
    }

    [Fact]
    public async Task AFollowerOfOneRunEndsWithIt()
    {
        var firmware = SimulatedFirmware.Create("talker", async (environment, stop) =>
        {
            environment.OpenTrace("log").WriteLine("hello");
            await Programs.Forever(stop);
        });
        await using Board board = await Board.RunningAsync(firmware, table: Table(1, TraceMethod.PlainText));
        using TraceFollower follower = board.Processor.FollowTrace("log");
        await board.Processor.StopAsync(Token);

        var lines = new List<string>();
        await foreach (TraceLine line in follower.ReadLinesAsync(Token))
        {
            lines.Add(line.Text);
        }

        Assert.Equal(["hello"], lines);
        Assert.Throws<RemoteProcessorStateException>(() => board.Processor.FollowTrace("log"));
    }

    private static RemoteProcessorOptions With(TraceSink sink) => Board.Quick with { TraceSinks = [sink] };

    private static byte[] Table(int version, TraceMethod method)
    {
        var table = new ResourceTableBuilder(version);
        return (method == TraceMethod.FlipFlop
            ? table.AddFlipFlopTrace("log", ResourceAddress.Any64, 0x8000)
            : table.AddTrace("log", ResourceAddress.Any64, 0x8000)).ToBytes();
    }

    private sealed class Collector : TraceSink
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
        {
            Assert.Equal("log", origin.Buffer);
            Lines.Enqueue(line.Text);
            return ValueTask.CompletedTask;
        }
    }
}
