// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

public sealed class DebugTests : KernelBench
{
    private const string TableText = """
        Entry 0 is of type vdev
          ID 7
          Notify ID 0
          Device features 0x1
          Guest features 0x1
          Config length 0x0
          Status 0x7
          Number of vrings 2
          Reserved (should be zero) [0][0]

          Vring 0
            Device Address 0x10040000
            Alignment 4096
            Number of buffers 32
            Notify ID 0
            Physical Address 0x0

          Vring 1
            Device Address 0x10044000
            Alignment 4096
            Number of buffers 32
            Notify ID 1
            Physical Address 0x0

        Unknown resource type found: 130 [hdr: 0000000000000000]
        Entry 2 is of type trace
          Device Address 0x10001000
          Length 0x100 Bytes
          Reserved (should be zero) [0]
          Name trace of m4

        Entry 3 is of type carveout
          Device Address 0xffffffff
          Physical Address 0x1000
          Length 0x2000 Bytes
          Flags 0x0
          Reserved (should be zero) [0]
          Name heap


        """;

    private const string CarveoutText =
        "Carveout memory entry:\n\tName: ddr\n\tVirtual address: 00000000deadbeef\n"
        + "\tDMA address: 0x0000000002000000\n\tDevice address: 0x10000000\n\tLength: 0x100000 Bytes\n\n"
        + "Carveout memory entry:\n\tName: vdev0vring0\n\tVirtual address: (ptrval)\n"
        + "\tDMA address: 0x0000000002100000\n\tDevice address: 0x10040000\n\tLength: 0x3000 Bytes\n\n";

    [Fact]
    public async Task TheLiveTableAndTheCarveoutsAreRead()
    {
        Remote.WriteDebug("resource_table", TableText);
        Remote.WriteDebug("carveout_memories", CarveoutText);
        await using KernelRemoteProcessor processor = await OpenAsync();

        ResourceTable table = processor.ReadTable()!;
        IReadOnlyList<KernelCarveout> carveouts = processor.ReadCarveouts();

        VdevResource vdev = Assert.Single(table.Vdevs);
        Assert.Equal((7u, (byte)7, 0x1004_4000ul), (vdev.DeviceId, (byte)vdev.Status, vdev.Vrings[1].Address));
        TraceResource trace = Assert.Single(table.Traces);
        Assert.Equal(("trace of m4", 0x1000_1000ul, 0x100ul), (trace.Name, trace.Address, trace.LengthBytes));
        Assert.Equal("heap", Assert.Single(table.Carveouts).Name);
        Assert.Equal(["ddr", "vdev0vring0"], carveouts.Select(carveout => carveout.Name));
        Assert.Equal(
            (0x200_0000ul, 0x1000_0000ul, 0x10_0000ul),
            (carveouts[0].DmaAddress, carveouts[0].DeviceAddress.Value, carveouts[0].LengthBytes));
    }

    [Fact]
    public async Task ATableThatIsNotThereIsNone()
    {
        Remote.WriteDebug("resource_table", "No resource table found\n");
        await using KernelRemoteProcessor processor = await OpenAsync();

        Assert.Null(processor.ReadTable());
        Assert.Contains(
            "Is debugfs mounted",
            Assert.Throws<KernelRemoteprocException>(processor.ReadCarveouts).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATraceIsFollowedFromItsFileUntilTheRunEnds()
    {
        Remote.WriteDebug("resource_table", TableText);
        Remote.WriteDebug("trace0", "hello\n");
        await using KernelRemoteProcessor processor = await OpenAsync(Options with
        {
            Processor = new() { Trace = new() { PollInterval = TimeSpan.FromMilliseconds(5) } },
        });
        await processor.StartAsync(Token);
        using TraceFollower follower = processor.FollowTrace("trace of m4");
        IAsyncEnumerator<TraceLine> lines = follower.ReadLinesAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal("hello", await NextAsync(lines));
        Remote.WriteDebug("trace0", "hello\nworld\n");
        Assert.Equal("world", await NextAsync(lines));
        Remote.WriteDebug("trace0", "hello\nworld\nlast\n");
        await processor.StopAsync(Token);
        Assert.Equal("last", await NextAsync(lines));
        Assert.False(await lines.MoveNextAsync());
        await lines.DisposeAsync();
    }

    [Fact]
    public async Task ATraceThatTheKernelCannotReachIsExplained()
    {
        Remote.WriteDebug("resource_table", TableText);
        Remote.WriteDebug("trace0", "Trace trace of m4 not available\n");
        await using KernelRemoteProcessor processor = await OpenAsync();
        await processor.StartAsync(Token);

        var error = Assert.Throws<TraceBufferException>(() => processor.FollowTrace("trace of m4"));

        Assert.Contains("cannot reach it", error.Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => processor.FollowTrace("other"));
    }

    [Theory]
    [InlineData(CoreDumpMode.Enabled)]
    [InlineData(CoreDumpMode.Inline)]
    public async Task ADumpIsKeptAndFreedSoThatTheKernelGoesOn(CoreDumpMode mode)
    {
        await using KernelRemoteProcessor processor = await StartAsync(Options with
        {
            Processor = new()
            {
                Recovery = RecoveryPolicy.Always,
                CoreDump = new() { Mode = mode, Directory = Kernel.At("/dumps") },
            },
        });
        Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, Token);

        Remote.Crash();

        await running;
        await UntilAsync(() => processor.LastCoreDump is not null && !Directory.EnumerateFileSystemEntries(
            Kernel.At("/sys/class/devcoredump")).Any(), "dump");
        Assert.Equal(
            [0x7F, (byte)'E', (byte)'L', (byte)'F', 1],
            await File.ReadAllBytesAsync(processor.LastCoreDump!, Token));
        Assert.EndsWith("-1.core", processor.LastCoreDump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADumpThatCannotBeKeptDoesNotHoldAnInlineRecovery()
    {
        await using KernelRemoteProcessor processor = await StartAsync(Options with
        {
            Processor = new()
            {
                Recovery = RecoveryPolicy.Always,
                CoreDump = new()
                {
                    Mode = CoreDumpMode.Inline,
                    OpenStream = (_, _) => throw new IOException("full"),
                },
            },
        });
        Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, Token);

        Remote.Crash();

        await running;
    }

    [Fact]
    public async Task ADumpThatNobodyAskedForStaysForOthers()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        Remote.OfferDump([1, 2, 3]);

        await Task.Delay(100, Token);

        Assert.DoesNotContain("data=1", Kernel.Writes);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<TraceLine> lines)
    {
        Assert.True(await lines.MoveNextAsync());
        return lines.Current.Text.ToString();
    }
}
