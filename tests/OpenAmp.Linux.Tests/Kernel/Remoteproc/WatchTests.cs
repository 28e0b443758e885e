// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

public sealed class WatchTests : KernelBench
{
    private static readonly RemoteProcessorOptions Always = new() { Recovery = RecoveryPolicy.Always };

    [Fact]
    public async Task AStartAndAStopByAnotherProgramAreNoticed()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();
        Task<RemoteProcessorStateChange> running = processor.WaitForChangeAsync(RemoteProcessorState.Running, Token);
        Kernel.Store(Kernel.At("/sys/class/remoteproc/remoteproc0/state"), "start"u8);
        await running;
        Task<RemoteProcessorStateChange> offline = processor.WaitForChangeAsync(RemoteProcessorState.Offline, Token);
        Kernel.Store(Kernel.At("/sys/class/remoteproc/remoteproc0/state"), "stop"u8);
        await offline;

        Assert.Equal(0, processor.CrashCount);
    }

    [Theory]
    [InlineData("mmufault", CrashKind.MemoryFault)]
    [InlineData("watchdog", CrashKind.Watchdog)]
    [InlineData("fatal error", CrashKind.FatalError)]
    public async Task ACrashThatTheKernelRecoversBetweenTwoLooksIsKnownFromItsLog(string type, CrashKind kind)
    {
        await using KernelRemoteProcessor processor = await StartAsync(Options with { Processor = Always });
        IAsyncEnumerator<RemoteProcessorStateChange> changes = processor.WatchAsync(Token).GetAsyncEnumerator(Token);

        Remote.Crash(type, shows: false);

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal((RemoteProcessorState.Crashed, kind), (changes.Current.To, changes.Current.Crash!.Kind));
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(RemoteProcessorState.Running, changes.Current.To);
        Assert.Equal((1, 2), (processor.CrashCount, processor.StartCount));
        await changes.DisposeAsync();
    }

    [Fact]
    public async Task EachOfManyCrashesIsCounted()
    {
        await using KernelRemoteProcessor processor = await StartAsync(Options with { Processor = Always });

        for (int i = 1; i <= 100; i++)
        {
            int count = i;
            Remote.Crash(shows: i % 2 == 0);
            await UntilAsync(
                () => processor.CrashCount == count && processor.State == RemoteProcessorState.Running, $"{i}");
        }

        Remote.Crash();
        Remote.Crash();
        Remote.Crash();
        await UntilAsync(
            () => processor is { CrashCount: 103, State: RemoteProcessorState.Running },
            "three crashes between two looks");
        Assert.Equal(104, processor.StartCount);
    }

    [Fact]
    public async Task WithoutARecoveryPolicyACrashIsALoss()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        Assert.Equal("disabled", Remote.Recovery);
        Task<RemoteCrash> lost = processor.WaitForLossAsync(Token);

        Remote.Crash("watchdog");

        Assert.Equal((CrashKind.Watchdog, 1), ((await lost).Kind, processor.CrashCount));
        Assert.Equal(RemoteProcessorState.Crashed, processor.State);
        await processor.RecoverAsync(Token);
        Assert.Equal((RemoteProcessorState.Running, "running"), (processor.State, Remote.State));
    }

    [Fact]
    public async Task APolicyThatTheKernelDoesNotHaveIsCarriedOutHere()
    {
        var policy = new RemoteProcessorOptions { Recovery = RecoveryPolicy.AtMost(2, TimeSpan.FromHours(1)) };
        await using KernelRemoteProcessor processor = await StartAsync(Options with { Processor = policy });
        Assert.Equal("disabled", Remote.Recovery);
        Task<RemoteCrash> lost = processor.WaitForLossAsync(Token);

        for (int i = 0; i < 2; i++)
        {
            Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, Token);
            Remote.Crash();
            await running;
        }

        Remote.Crash();

        Assert.Equal(3, (await lost).Number);
    }

    [Fact]
    public async Task ARecoveryOfTheKernelThatFailsEndsOffline()
    {
        var options = Always with { StartTimeout = TimeSpan.FromMilliseconds(300) };
        await using KernelRemoteProcessor processor = await StartAsync(Options with { Processor = options });
        Task<RemoteCrash> lost = processor.WaitForLossAsync(Token);
        Remote.FailsToRecover = true;

        Remote.Crash();

        await lost;
        await processor.WaitForStateAsync(RemoteProcessorState.Stopped, Token);
    }

    [Fact]
    public async Task ARecoveryThatIsAskedForAndFailsSaysWhatTheKernelLogs()
    {
        await using KernelRemoteProcessor processor = await StartAsync();
        Remote.Crash();
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Token);
        Remote.FailsToRecover = true;

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(
            async () => await processor.RecoverAsync(Token));

        Assert.Contains("request_firmware failed: -2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProcessorThatHadCrashedBeforeIsFoundCrashed()
    {
        Remote.State = "crashed";
        await using KernelRemoteProcessor processor = await OpenAsync();

        Assert.Equal((RemoteProcessorState.Crashed, 1), (processor.State, processor.CrashCount));
        Assert.Equal("enabled", Remote.Recovery);
    }

    [Theory]
    [InlineData("suspended", RemoteProcessorState.Suspended)]
    [InlineData("detached", RemoteProcessorState.Detached)]
    [InlineData("deleted", RemoteProcessorState.Offline)]
    [InlineData("invalid", RemoteProcessorState.Running)]
    public async Task EachWordOfTheKernelHasAMeaning(string word, RemoteProcessorState state)
    {
        await using KernelRemoteProcessor processor = await OpenAsync();
        await processor.StartAsync(Token);

        Remote.State = word;

        await UntilAsync(() => processor.State == state, word);
        await Task.Delay(50, Token);
        Assert.Equal(state, processor.State);
        Remote.State = "offline";
    }

    [Fact]
    public async Task AProcessorThatIsRemovedIsOfflineAndSaysSo()
    {
        await using KernelRemoteProcessor processor = await StartAsync();

        Remote.Remove();

        await processor.WaitForStateAsync(RemoteProcessorState.Offline, Token);
        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StartAsync(Token));
        Assert.Contains("is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherProcessorThatGetsTheNumberIsNotTakenForThisOne()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();

        Remote.Replace("m7");

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await processor.StartAsync(Token));
        Assert.Contains("is gone", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("state=start", Kernel.Writes);
    }

    [Fact]
    public async Task SettingsFollowTheOptionsAndWhatIsSoAlreadyIsNotWritten()
    {
        var options = Always with { CoreDump = new() { Mode = CoreDumpMode.Inline, Directory = Builds } };
        await using KernelRemoteProcessor processor = await OpenAsync(Options with { Processor = options });

        Assert.Equal(["coredump=inline"], Kernel.Writes);
    }

    [Fact]
    public async Task SettingsAreMadeWhatTheyWereUnlessTheProcessorIsLeftRunning()
    {
        await (await StartAsync()).DisposeAsync();
        Assert.Equal(("enabled", "offline"), (Remote.Recovery, Remote.State));

        await (await StartAsync(Options with { LeavesRunning = true })).DisposeAsync();
        Assert.Equal(("disabled", "running"), (Remote.Recovery, Remote.State));
    }

    [Fact]
    public async Task AProcessorThatSomebodyElseRunsKeepsItsRecovery()
    {
        Remote.State = "running";
        await using KernelRemoteProcessor processor = await OpenAsync();
        Assert.Equal("enabled", Remote.Recovery);

        Remote.Crash();

        await UntilAsync(
            () => processor is { CrashCount: 1, State: RemoteProcessorState.Running }, "recovered by the kernel");
    }

    [Fact]
    public async Task SettingsOfOthersStayWhenThatIsAsked()
    {
        await using KernelRemoteProcessor processor = await OpenAsync(Options with { AppliesSettings = false });
        await processor.StartAsync(Token);

        Assert.Equal(["state=start"], Kernel.Writes);
        Assert.Equal("enabled", Remote.Recovery);
    }
}
