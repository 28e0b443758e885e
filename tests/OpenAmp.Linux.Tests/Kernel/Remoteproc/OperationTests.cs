// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

public sealed class OperationTests : KernelBench
{
    private const int Einval = 22;
    private const int Eacces = 13;

    [Fact]
    public async Task AProcessorIsStartedStoppedAndStartedAgain()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        Assert.Equal(
            (RemoteProcessorState.Running, "running", 1), (processor.State, Remote.State, processor.StartCount));

        Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Token));
        Assert.Equal((RemoteProcessorState.Stopped, "offline"), (processor.State, Remote.State));
        Assert.Equal(StopOutcome.NotRunning, await processor.StopAsync(Token));

        await processor.StartAsync(Token);
        Assert.Equal((RemoteProcessorState.Running, 2, 1), (processor.State, processor.StartCount, Remote.Power));
    }

    [Fact]
    public async Task FirmwareThatWasSetBeforeIsStartedWithoutBeingLoaded()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();

        await processor.StartAsync(Token);

        Assert.Equal(RemoteProcessorState.Running, processor.State);
    }

    [Fact]
    public async Task AStartOfARunningProcessorIsRefusedBecauseTheKernelWouldCountIt()
    {
        await using KernelRemoteProcessor processor = await StartAsync();

        await Assert.ThrowsAsync<RemoteProcessorStateException>(async () => await processor.StartAsync(Token));

        Assert.Equal(1, Remote.Power);
    }

    [Fact]
    public async Task AStopThatAnotherProgramsStartOutweighsIsTold()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        Kernel.Store(Kernel.At("/sys/class/remoteproc/remoteproc0/state"), "start"u8);

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StopAsync(Token));

        Assert.Contains("another program has started it too", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Running, processor.State);
        Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Token));
    }

    [Fact]
    public async Task WhatTheKernelLogsOfAFailedStartStandsInTheException()
    {
        Remote.StartAnswer = new KernelStoreResult("write", 0, Einval);
        Remote.StartLog = "bad phdr da 0x20000000 mem 0x100";
        await using KernelRemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(KernelFirmware.Write(Builds), Token);

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StartAsync(Token));

        Assert.Equal(Einval, error.ErrorNumber);
        Assert.Contains("bad phdr da 0x20000000", error.KernelLog.Single(), StringComparison.Ordinal);
        Assert.Contains("bad phdr da 0x20000000", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Ready, processor.State);
    }

    [Fact]
    public async Task APartOfAWordThatTheKernelTookIsAnErrorAndTheRestIsNotWritten()
    {
        Remote.StartAnswer = new KernelStoreResult("write", 1, 0);
        await using KernelRemoteProcessor processor = await OpenAsync(Options with { ChecksFirmware = false });

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StartAsync(Token));

        Assert.Contains("took 1 of 5 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("vendor's entry is the last", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            "state=start",
            Assert.Single(Kernel.Writes, write => write.StartsWith("state", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStopFromCrashedDependsOnTheKernel(bool kernelStops)
    {
        Remote.StopsWhenCrashed = kernelStops;
        await using KernelRemoteProcessor processor = await StartAsync();
        Remote.Crash();
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Token);

        if (kernelStops)
        {
            Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Token));
            Assert.Equal(RemoteProcessorState.Stopped, processor.State);
            return;
        }

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StopAsync(Token));
        Assert.Contains("recover it, then stop it", error.Message, StringComparison.Ordinal);
        await processor.RecoverAsync(Token);
        Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Token));
    }

    [Fact]
    public async Task AWriteThatBlocksIsGivenUpAtTheDeadlineAndHoldsTheNextOperation()
    {
        await using KernelRemoteProcessor processor = await OpenAsync(Options with
        {
            Processor = new() { StartTimeout = TimeSpan.FromMilliseconds(200) },
        });
        Remote.Unblocked.Reset();

        var late = await Assert.ThrowsAsync<RemoteProcessorException>(async () => await processor.StartAsync(Token));
        var held = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StopAsync(Token));
        Remote.Unblocked.Set();

        Assert.Contains("kernel still works on 'start' in ", late.Message, StringComparison.Ordinal);
        Assert.Contains("kernel still works on 'start' in ", held.Message, StringComparison.Ordinal);
        await UntilAsync(() => Kernel.Writes.LastOrDefault() == "state=stop" && Remote.State == "offline", "undone");
        Assert.Equal(StopOutcome.NotRunning, await processor.StopAsync(Token));
    }

    [Fact]
    public async Task AStartThatAHookRefusesIsUndone()
    {
        await using KernelRemoteProcessor processor = await OpenAsync(Options with
        {
            Processor = new() { Hooks = new RefusingHooks() },
        });

        await Assert.ThrowsAsync<RemoteProcessorException>(async () => await processor.StartAsync(Token));

        Assert.Equal(("offline", RemoteProcessorState.Offline), (Remote.State, processor.State));
    }

    [Fact]
    public async Task AFileThatMayNotBeWrittenIsNamedTogetherWithTheCommandThatHelps()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();
        Remote.Denial = new KernelStoreResult("open", 0, Eacces);

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StartAsync(Token));

        Assert.Contains("/sys/class/remoteproc/remoteproc0/", error.Message, StringComparison.Ordinal);
        Assert.Contains("openamp udev", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WholeWordsGoToTheCharacterDeviceWhenTheAttributeMayNotBeWritten()
    {
        Kernel.Write("/dev/remoteproc0", "");
        await using KernelRemoteProcessor processor = await OpenAsync(Options with { AppliesSettings = false });
        Remote.Denial = new KernelStoreResult("open", 0, Eacces);

        await processor.StartAsync(Token);
        await processor.StopAsync(Token);

        Assert.Contains("remoteproc0=start", Kernel.Writes);
        Assert.Contains("remoteproc0=stop", Kernel.Writes);
        Assert.DoesNotContain(Kernel.Writes, write => write.StartsWith("remoteproc0=", StringComparison.Ordinal)
            && write is not ("remoteproc0=start" or "remoteproc0=stop"));
    }

    [Fact]
    public async Task ADetachedProcessorIsAttachedToAndLeft()
    {
        Remote.State = "detached";
        await using KernelRemoteProcessor processor = await OpenAsync();
        Assert.Equal(RemoteProcessorState.Detached, processor.State);
        await Assert.ThrowsAsync<RemoteProcessorStateException>(async () => await processor.StartAsync(Token));

        await processor.AttachAsync(Token);
        Assert.Equal((RemoteProcessorState.Attached, "attached"), (processor.State, Remote.State));
        Assert.Null(processor.Describe().Firmware);

        await processor.DetachAsync(Token);
        Assert.Equal((RemoteProcessorState.Detached, "detached"), (processor.State, Remote.State));
    }

    [Fact]
    public async Task ADisposalEndsWhatWasBegunHereAndNothingElse()
    {
        await (await StartAsync()).DisposeAsync();
        Assert.Equal("offline", Remote.State);

        await (await StartAsync(Options with { LeavesRunning = true })).DisposeAsync();
        Assert.Equal("running", Remote.State);

        await (await OpenAsync()).DisposeAsync();
        Assert.Equal("running", Remote.State);

        Remote.State = "detached";
        KernelRemoteProcessor attached = await OpenAsync();
        await attached.AttachAsync(Token);
        await attached.DisposeAsync();
        Assert.Equal("detached", Remote.State);
    }

    [Fact]
    public async Task WhatTheKernelCannotBeToldIsRefusedAtTheOpening()
    {
        var options = Options with { Processor = new() { Watchdog = new() } };

        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await OpenAsync(options));

        Assert.Contains("Watchdog", error.Message, StringComparison.Ordinal);
    }

    private sealed class RefusingHooks : RemoteProcessorHooks
    {
        public override ValueTask StartedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
            => throw new InvalidOperationException("No.");
    }

    [Fact]
    public async Task ADumpOnDemandIsNotOffered()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        using var stream = new MemoryStream();

        await Assert.ThrowsAsync<NotSupportedException>(async () => await processor.DumpAsync(stream, Token));
    }
}
