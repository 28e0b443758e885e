// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>What crashes of the guest's processor lead to.</summary>
internal static class CrashChecks
{
    /// <summary>Each crash is counted, with its kind; its link ends with a reason and the next one works.</summary>
    public static async Task RecoverAsync(string[] arguments, CancellationToken cancellationToken)
    {
        int count = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        CrashKind[] kinds = [CrashKind.MemoryFault, CrashKind.Watchdog, CrashKind.FatalError];
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(
            new() { Recovery = RecoveryPolicy.Always }, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            for (int i = 1; i <= count; i++)
            {
                RpmsgLink link = processor.Rpmsg;
                Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, cancellationToken);
                GuestProcessor.Crash(i % kinds.Length);
                await running.ConfigureAwait(false);
                Check.Equal((i, i + 1), (processor.CrashCount, processor.StartCount));
                Check.Equal(kinds[i % kinds.Length], processor.LastCrash!.Kind);
                Check.Equal(RpmsgCloseReason.PeerGone, await link.Completion.ConfigureAwait(false));
                Check.That(!ReferenceEquals(link, processor.Rpmsg));
                if (i % 10 == 0)
                {
                    await GuestProcessor.EchoAsync(processor, $"after {i}", cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Without a policy it stays crashed, links end although the kernel's devices stay, and a recovery that is
    /// asked for brings it back.</summary>
    public static async Task LoseAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(new(), cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            RpmsgLink link = processor.Rpmsg;
            Task<RemoteCrash> lost = processor.WaitForLossAsync(cancellationToken);
            GuestProcessor.Crash(1);
            Check.Equal(CrashKind.Watchdog, (await lost.ConfigureAwait(false)).Kind);
            Check.Equal(RemoteProcessorState.Crashed, processor.State);
            Check.Equal(RpmsgCloseReason.PeerGone, await link.Completion.ConfigureAwait(false));
            await processor.RecoverAsync(cancellationToken).ConfigureAwait(false);
            Check.Equal(
                (RemoteProcessorState.Running, 1, 2),
                (processor.State, processor.CrashCount, processor.StartCount));
            await GuestProcessor.EchoAsync(processor, "recovered", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A limit that the kernel does not know is kept.</summary>
    public static async Task FollowPolicyAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(
            new() { Recovery = RecoveryPolicy.AtMost(2, TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(50)) },
            cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            Task<RemoteCrash> lost = processor.WaitForLossAsync(cancellationToken);
            for (int i = 0; i < 2; i++)
            {
                Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, cancellationToken);
                GuestProcessor.Crash(2);
                await running.ConfigureAwait(false);
                await GuestProcessor.EchoAsync(processor, $"back {i}", cancellationToken).ConfigureAwait(false);
            }

            GuestProcessor.Crash(2);
            Check.Equal(3, (await lost.ConfigureAwait(false)).Number);

            // Kernels up to 6.11 stop what crashed.
            Check.Equal(StopOutcome.Stopped, await processor.StopAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A dump is kept in the directory, and freed: the kernel offers the next one.</summary>
    public static async Task DumpAsync(string[] arguments, CancellationToken cancellationToken)
    {
        CoreDumpMode mode = Enum.Parse<CoreDumpMode>(arguments[0]);
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(
            new()
            {
                Recovery = RecoveryPolicy.Always,
                CoreDump = new() { Mode = mode, Directory = arguments[1] },
            },
            cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            string? before = null;
            for (int i = 0; i < 2; i++)
            {
                Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, cancellationToken);
                GuestProcessor.Crash(2);
                await running.ConfigureAwait(false);
                await UntilAsync(() => processor.LastCoreDump != before && IsFreed(), cancellationToken)
                    .ConfigureAwait(false);
                before = processor.LastCoreDump;
                Console.WriteLine(before);
                Check.Equal(52 + 32 + (1 << 20), new FileInfo(before!).Length);
            }
        }
    }

    private static bool IsFreed() => Directory.GetFileSystemEntries("/sys/class/devcoredump", "devcd*").Length == 0;

    private static async Task UntilAsync(Func<bool> holds, CancellationToken cancellationToken)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken).ConfigureAwait(false);
        }
    }
}
