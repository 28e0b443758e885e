// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharingLeakTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private const int Rounds = 50;

    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    private static int Sockets => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task FiftyTimesOpenedAndClosedLeavesNoDescriptorOnEitherSide()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await UseAsync(bench);
        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
        int before = Sockets;
        Inventory inventory = Inventory.Now;
        for (int round = 0; round < Rounds; round++)
        {
            await UseAsync(bench);
        }

        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
        Assert.Equal(before, Sockets);
        inventory.AssertIsLeft();
        Assert.Equal(0, bench.Sharing.Statistics.Endpoints);
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
    }

    [Fact]
    public async Task FiftyTimesSharedLeavesNoDescriptorAndNoFile()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        int before = Sockets;
        for (int round = 0; round < Rounds; round++)
        {
            await using ProcessorSharing sharing = ProcessorSharing.Share(
                bench.Processor, new SharingOptions { Directory = bench.Directory });
            await using RemoteProcessor processor = await SharedProcessor.OpenAsync(sharing.SocketPath, Limit);
            Assert.Equal(RemoteProcessorState.Offline, processor.State);
        }

        await Eventually.HoldsAsync(() => Sockets == before, Limit);
        Assert.Single(Directory.GetFiles(bench.Directory));
    }

    private async Task UseAsync(SharedBench bench)
    {
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        using TraceFollower follower = processor.FollowTrace("trace");
        Assert.True(await follower.ReadLinesAsync(Limit).GetAsyncEnumerator(Limit).MoveNextAsync());
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.EchoAsync(endpoint, "round", Limit);
    }
}
