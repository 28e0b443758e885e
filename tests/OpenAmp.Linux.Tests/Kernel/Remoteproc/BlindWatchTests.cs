// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

/// <summary>Without the kernel's log, which not everybody may read.</summary>
public sealed class BlindWatchTests() : KernelBench(hasLog: false)
{
    [Fact]
    public async Task ARestartBetweenTwoLooksIsNoticedByTheDevicesOfTheNewRun()
    {
        await using KernelRemoteProcessor processor = await StartAsync(
            Options with { Processor = new() { Recovery = RecoveryPolicy.Always } });

        Remote.RestartUnseen();

        await UntilAsync(
            () => processor is { CrashCount: 1, StartCount: 2, State: RemoteProcessorState.Running }, "crash");
    }

    [Fact]
    public async Task ACrashIsCountedOnceByItsState()
    {
        await using KernelRemoteProcessor processor = await StartAsync();

        Remote.Crash();
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Token);
        await processor.RecoverAsync(Token);
        await Task.Delay(100, Token);

        Assert.Equal((1, 2), (processor.CrashCount, processor.StartCount));
    }
}
