// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharedProcessorTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task WhatIsSharedIsListedWithItsProcess()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        SharedProcessorEntry entry = Assert.Single(SharedProcessors.List(bench.Directory));
        Assert.Equal(new SharedProcessorEntry("m4", Environment.ProcessId, bench.Sharing.SocketPath), entry);
        Assert.Empty(SharedLinks.List(bench.Directory));
        await bench.Sharing.DisposeAsync();
        Assert.Empty(SharedProcessors.List(bench.Directory));
        Assert.False(File.Exists(entry.SocketPath));
    }

    [Fact]
    public async Task EveryOperationIsDoneAndSeen()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        Assert.Equal("m4", processor.Name);
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
        Assert.Equal(bench.Processor.Capabilities, processor.Capabilities);

        await processor.LoadAsync(firmware.EchoPath, Limit);
        Assert.Equal(RemoteProcessorState.Ready, processor.State);
        Assert.Equal(RemoteProcessorState.Ready, bench.Processor.State);
        Assert.Equal(bench.Processor.Table!.Bytes.ToArray(), processor.Table!.Bytes.ToArray());
        Assert.Equal(bench.Processor.Image!.EntryPoint, processor.Image!.EntryPoint);
        for (int run = 1; run <= 3; run++)
        {
            await processor.StartAsync(Limit);
            Assert.Equal(RemoteProcessorState.Running, processor.State);
            Assert.Equal(run, processor.StartCount);
            await Firmware.EchoAsync(processor.Rpmsg, $"run {run}", Limit);
            Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Limit));
            Assert.Equal(RemoteProcessorState.Stopped, processor.State);
            Assert.Empty(processor.Links);
        }

        await processor.ShutdownAsync(Limit);
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
        Assert.Null(processor.Image);
    }

    [Fact]
    public async Task SuspendAndResumeAreDone()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await processor.SuspendAsync(Limit);
        Assert.Equal(RemoteProcessorState.Suspended, bench.Processor.State);
        await Firmware.SayAsync(endpoint, "later", Limit);
        await processor.ResumeAsync(Limit);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Limit);
        Assert.Equal("later"u8, answer.Payload);
    }

    [Fact]
    public async Task FirmwareInMemoryIsLoaded()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        byte[] image = await File.ReadAllBytesAsync(firmware.EchoPath, Limit);
        await processor.LoadAsync(FirmwareStore.FromMemory(image, "image"), Limit);
        for (int run = 1; run <= 2; run++)
        {
            await processor.StartAsync(Limit);
            await Firmware.EchoAsync(processor.Rpmsg, $"run {run}", Limit);
            _ = await processor.StopAsync(Limit);
        }
    }

    [Fact]
    public async Task RefusalsComeAsTheExceptionsThatTheProcessorThrows()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RemoteProcessorStateException state = await Assert.ThrowsAsync<RemoteProcessorStateException>(
            () => processor.StartAsync(Limit).AsTask());
        Assert.Contains("Load firmware first", state.Message, StringComparison.Ordinal);
        FirmwareException firmwareError = await Assert.ThrowsAsync<FirmwareException>(
            () => processor.LoadAsync(typeof(Firmware).Assembly.Location, Limit).AsTask());
        Assert.NotEmpty(firmwareError.Message);
        await Assert.ThrowsAsync<NotSupportedException>(() => processor.AttachAsync(Limit).AsTask());
        await Assert.ThrowsAsync<RemoteProcessorStateException>(() => processor.RecoverAsync(Limit).AsTask());
        Assert.Throws<KeyNotFoundException>(() => processor.FollowTrace("none"));
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
    }

    [Fact]
    public async Task EveryChangeIsSeenOnceAndInOrder()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await using IAsyncEnumerator<RemoteProcessorStateChange> changes =
            processor.WatchAsync(Limit).GetAsyncEnumerator(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        _ = await processor.StopAsync(Limit);
        List<RemoteProcessorState> seen = [];
        while (seen.LastOrDefault() != RemoteProcessorState.Stopped && await changes.MoveNextAsync())
        {
            seen.Add(changes.Current.To);
        }

        Assert.Equal(
            [
                RemoteProcessorState.Loading,
                RemoteProcessorState.Ready,
                RemoteProcessorState.Running,
                RemoteProcessorState.Stopped,
            ],
            seen);
    }

    [Fact]
    public async Task CrashAndLossAreSeenAndRecoveryWorks()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "abort", Limit);
        RemoteCrash crash = await processor.WaitForLossAsync(Limit);
        Assert.Equal(bench.Processor.LastCrash, crash);
        Assert.Equal(RemoteProcessorState.Crashed, processor.State);
        Assert.Equal(1, processor.CrashCount);
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Limit));
        await endpoint.DisposeAsync();

        await processor.RecoverAsync(Limit);
        Assert.Equal(RemoteProcessorState.Running, processor.State);
        await Firmware.EchoAsync(processor.Rpmsg, "again", Limit);
    }

    [Fact]
    public async Task CoreDumpComesThroughTheSocket()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.ThreePath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await processor.SuspendAsync(Limit);
        using var here = new MemoryStream();
        await processor.DumpAsync(here, Limit);
        using var there = new MemoryStream();
        await bench.Processor.DumpAsync(there, Limit);
        Assert.InRange(here.Length, ushort.MaxValue, long.MaxValue);
        Assert.True(here.ToArray().AsSpan().SequenceEqual(there.ToArray()));
        Assert.Equal(ElfType.Core, ElfImage.Parse(here.ToArray()).Header.Type);
    }

    [Fact]
    public async Task TraceIsFollowedToItsLastLine()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        using TraceFollower follower = processor.FollowTrace(Assert.Single(processor.Traces).Name);
        Task<List<string>> reading = ReadAsync(follower, Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "trace one", Limit);
        await Firmware.SayAsync(endpoint, "trace two", Limit);
        await Firmware.EchoAsync(endpoint, "done", Limit);
        _ = await processor.StopAsync(Limit);
        Assert.Equal(["starts", "one", "two"], (await reading)[..3]);
    }

    [Fact]
    public async Task FollowerThatIsDisposedLetsGoOfTheConnection()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        int before = bench.Sharing.Statistics.Connections;
        for (int i = 0; i < 20; i++)
        {
            using TraceFollower follower = processor.FollowTrace("trace");
            Assert.True(await follower.ReadLinesAsync(Limit).GetAsyncEnumerator(Limit).MoveNextAsync());
        }

        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == before, Limit);
        Assert.Equal(0, bench.Sharing.Statistics.RefusedTooMany);
    }

    [Fact]
    public async Task WithoutControlOthersOnlyLook()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(
            new() { AllowControl = false, AllowEndpoints = false }, new(), Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RemoteProcessorException stop = await Assert.ThrowsAsync<RemoteProcessorException>(
            () => processor.StopAsync(Limit).AsTask());
        Assert.Contains("SharingOptions.AllowControl", stop.Message, StringComparison.Ordinal);
        Exception endpoint = await Assert.ThrowsAnyAsync<IOException>(
            () => Firmware.ConnectAsync(processor.Rpmsg, Limit).AsTask());
        Assert.Contains("SharingOptions.AllowEndpoints", endpoint.ToString(), StringComparison.Ordinal);
        using TraceFollower follower = processor.FollowTrace("trace");
        Assert.True(await follower.ReadLinesAsync(Limit).GetAsyncEnumerator(Limit).MoveNextAsync());
        Assert.Equal(RemoteProcessorState.Running, processor.State);
        Assert.Equal(2, bench.Sharing.Statistics.RefusedNotAllowed);
    }

    [Fact]
    public async Task DisposingHereLeavesTheProcessorAsItIs()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        RemoteProcessor processor = await bench.ConnectAsync(Limit);
        RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await processor.DisposeAsync();
        Assert.Equal(RpmsgCloseReason.Disposed, await endpoint.Completion.WaitAsync(Limit));
        Assert.Equal(RemoteProcessorState.Running, bench.Processor.State);
        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
    }

    [Fact]
    public async Task ProcessorThatItsProgramDisposesIsGoneForOthers()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
        await bench.Processor.DisposeAsync();
        await processor.WaitForStateAsync(RemoteProcessorState.Offline, Limit);
        RemoteProcessorException error = await Assert.ThrowsAnyAsync<RemoteProcessorException>(
            async () => await StartDisposedAsync(processor));
        Assert.NotEmpty(error.Message);
    }

    private async Task StartDisposedAsync(RemoteProcessor processor) => await processor.StartAsync(Limit);

    private static async Task<List<string>> ReadAsync(TraceFollower follower, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        await foreach (TraceLine line in follower.ReadLinesAsync(cancellationToken))
        {
            lines.Add(line.Text);
        }

        return lines;
    }
}
