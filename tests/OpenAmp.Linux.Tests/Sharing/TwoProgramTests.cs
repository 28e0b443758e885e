// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class TwoProgramTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("openamp-sharing-");

    private CancellationToken Limit => _limit.Token;

    public void Dispose()
    {
        _limit.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task AProcessorOfAnotherProgramIsFoundUsedStoppedAndStarted()
    {
        using OtherProcess other = await ShareAsync();
        await using RemoteProcessor processor = await OpenAsync();
        await Firmware.EchoAsync(processor.Rpmsg, "hello", Limit);
        RpmsgLink link = processor.Rpmsg;
        _ = await processor.StopAsync(Limit);
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Limit));
        await processor.StartAsync(Limit);
        await Firmware.EchoAsync(processor.Rpmsg, "again", Limit);
    }

    [Fact]
    public async Task ALinkOfAnotherProgramIsUsedWithoutItsProcessor()
    {
        using OtherProcess other = await ShareAsync();
        SharedLinkEntry entry = Assert.Single(SharedLinks.List(_directory.FullName));
        Assert.Equal("wire", entry.Name);
        RpmsgLink link = await SharedLink.OpenAsync(entry.SocketPath, Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(link, Limit);
        await Firmware.EchoAsync(endpoint, "on the wire", Limit);
        SharedDescription described = await SharedDescription.ReadAsync(entry.SocketPath, Limit);
        Assert.Null(described.State);
        Assert.Equal(endpoint.LocalAddress, Assert.Single(described.Links[0].Endpoints).LocalAddress);

        await using RemoteProcessor processor = await OpenAsync();
        _ = await processor.StopAsync(Limit);
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Limit));
        await link.DisposeAsync();
        SharingException ended = await Assert.ThrowsAsync<SharingException>(
            () => SharedLink.OpenAsync(entry.SocketPath, Limit).AsTask());
        Assert.Contains("has ended", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointsOfAKilledProgramAreDestroyed()
    {
        using OtherProcess other = await ShareAsync();
        using OtherProcess user = OtherProcess.Start("use-shared", SocketPath);
        uint address = uint.Parse((await user.ReadLineAsync())!, CultureInfo.InvariantCulture);
        SharedLinkDescription link = (await SharedDescription.ReadAsync(SocketPath, Limit)).Links[0];
        Assert.Contains(link.Endpoints, endpoint => endpoint.LocalAddress == address);
        user.Kill();

        // The service is the next program's as soon as the endpoint is gone.
        await using RemoteProcessor processor = await OpenAsync();
        await Firmware.EchoAsync(processor.Rpmsg, "next", Limit);
        link = (await SharedDescription.ReadAsync(SocketPath, Limit)).Links[0];
        Assert.DoesNotContain(link.Endpoints, endpoint => endpoint.LocalAddress == address);
    }

    [Fact]
    public async Task EverythingEndsWhenTheProgramThatSharesIsKilled()
    {
        using OtherProcess other = await ShareAsync();
        await using RemoteProcessor processor = await OpenAsync();
        RpmsgLink link = processor.Rpmsg;
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(link, Limit);
        using TraceFollower follower = processor.FollowTrace("trace");
        Task<bool> waiting = WaitForEndAsync(follower);
        Task<RpmsgMessage> receiving = endpoint.ReceiveAsync(Limit).AsTask();
        string path = SocketPath;
        other.Kill();

        RpmsgClosedException gone = await Assert.ThrowsAsync<RpmsgClosedException>(() => receiving);
        Assert.Equal(RpmsgCloseReason.PeerGone, gone.Reason);
        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Limit));
        RemoteCrash crash = await processor.WaitForLossAsync(Limit);
        Assert.Equal(CrashKind.Exited, crash.Kind);
        Assert.True(await waiting);
        await Assert.ThrowsAsync<RemoteProcessorException>(async () => await processor.StopAsync(Limit));

        // What it left is not listed, and is removed.
        Assert.NotEqual(0, await other.EndAsync());
        Assert.True(File.Exists(path));
        Assert.Empty(SharedProcessors.List(_directory.FullName));
        Assert.Empty(SharedLinks.List(_directory.FullName));
        Assert.Empty(_directory.GetFiles());
    }

    [Fact]
    public async Task WhatAZombieLeftIsRemoved()
    {
        // A parent that never reaps: the shell starts the program, and becomes something else.
        using OtherProcess parent = OtherProcess.StartUnreaped("share", _directory.FullName, firmware.EchoPath);
        string path = (await parent.ReadLineAsync())!;
        int process = Assert.Single(SharedProcessors.List(_directory.FullName)).ProcessId;
        using (Process other = Process.GetProcessById(process))
        {
            other.Kill();
        }

        // The first thread may be a zombie while the last still holds the socket: then it counts as alive.
        while (!(await File.ReadAllTextAsync($"/proc/{process}/stat", Limit)).Contains(") Z ", StringComparison.Ordinal)
            || SharedProcessors.List(_directory.FullName).Count > 0)
        {
            await Task.Delay(1, Limit);
        }

        Assert.False(File.Exists(path));
        Assert.Empty(SharedLinks.List(_directory.FullName));
        Assert.Empty(_directory.GetFiles());
    }

    [Fact]
    public async Task CrashesAreRecoveredByTheProgramAndSeenHere()
    {
        using OtherProcess other = await ShareAsync();
        await using RemoteProcessor processor = await OpenAsync();
        for (int crash = 1; crash <= 5; crash++)
        {
            Task<RemoteProcessorStateChange> recovered = processor.WaitForChangeAsync(
                RemoteProcessorState.Running, Limit);
            await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
            await Firmware.SayAsync(endpoint, "abort", Limit);
            Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Limit));
            _ = await recovered;
            Assert.Equal(crash, processor.CrashCount);
            await Firmware.EchoAsync(processor.Rpmsg, $"after {crash}", Limit);
        }
    }

    [Fact]
    public async Task ASelectorIsANameAProcessBothOrAPath()
    {
        using OtherProcess one = await ShareAsync();
        using OtherProcess other = await ShareAsync();
        SharedProcessorEntry[] both = [.. SharedProcessors.List(_directory.FullName)];
        Assert.Equal(2, both.Length);
        SharingException ambiguous = await Assert.ThrowsAsync<SharingException>(
            async () => await OpenAsync("m4"));
        Assert.Contains($"m4@{both[0].ProcessId}", ambiguous.Message, StringComparison.Ordinal);
        string process = both[1].ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (string selector in (string[])[process, $"m4@{process}", both[1].SocketPath])
        {
            await using RemoteProcessor processor = await OpenAsync(selector);
            await Firmware.EchoAsync(processor.Rpmsg, selector[..Math.Min(400, selector.Length)], Limit);
        }

        SharingException none = await Assert.ThrowsAsync<SharingException>(async () => await OpenAsync("m7"));
        Assert.Contains("m4@", none.Message, StringComparison.Ordinal);
    }

    private string SocketPath => Assert.Single(SharedProcessors.List(_directory.FullName)).SocketPath;

    private async Task<OtherProcess> ShareAsync()
    {
        var other = OtherProcess.Start("share", _directory.FullName, firmware.EchoPath);
        string path = (await other.ReadLineAsync())!;
        Assert.Contains(SharedProcessors.List(_directory.FullName), entry => entry.SocketPath == path);
        return other;
    }

    private async Task<RemoteProcessor> OpenAsync(string selector = "m4")
        => await SharedProcessor.OpenAsync(
            new SharedProcessorOptions { Selector = selector, Directory = _directory.FullName }, Limit);

    private async Task<bool> WaitForEndAsync(TraceFollower follower)
    {
        await foreach (TraceLine line in follower.ReadLinesAsync(Limit))
        {
            Assert.NotNull(line.Text);
        }

        return true;
    }
}
