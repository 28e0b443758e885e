// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>Starts, stops and whatever else a program or another one does to the guest's processor.</summary>
internal static class LifeChecks
{
    private const string Copy = "/tmp/copied echo.elf";

    /// <summary>The processor is found by its name, and says what it is.</summary>
    public static Task ListAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteprocDescription info = KernelRemoteprocs.List().Single();
        Check.Equal((GuestProcessor.Name, GuestProcessor.Node), (info.Name, info.Node));
        Check.Equal(("offline", RemoteProcessorState.Offline), (info.KernelState, info.State));
        Check.That(info.Device is { Length: > 0 });
        Check.Equal(true, info.IsRecoveryEnabled);
        Check.Equal(CoreDumpMode.Disabled, info.CoreDump);
        Check.That(info.HasCharacterDevice);
        Check.Equal(info.Node, KernelRemoteprocs.Find(null, new() { Device = info.Device }).Node);
        try
        {
            _ = KernelRemoteprocs.Find(null, KernelRemoteprocSelector.ByName("other"));
            throw new InvalidOperationException("A processor 'other' was found.");
        }
        catch (KernelRemoteprocException error)
        {
            Check.Contains("'vrproc' (remoteproc0", error.Message);
        }

        return Task.CompletedTask;
    }

    /// <summary>Firmware from elsewhere is placed, started, talked to, stopped, and started again.</summary>
    public static async Task EchoAsync(string[] arguments, CancellationToken cancellationToken)
    {
        File.Copy(GuestProcessor.Firmware, Copy, overwrite: true);
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(new(), cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            Check.Equal(RemoteProcessorState.Offline, processor.State);
            await processor.LoadAsync(Copy, cancellationToken).ConfigureAwait(false);
            Check.Equal("openamp/vrproc/copied echo.elf", processor.Describe().Firmware);
            for (int i = 1; i <= 3; i++)
            {
                await processor.StartAsync(cancellationToken).ConfigureAwait(false);
                Check.Equal((RemoteProcessorState.Running, i), (processor.State, processor.StartCount));
                await GuestProcessor.EchoAsync(processor, $"round {i}", cancellationToken).ConfigureAwait(false);
                RpmsgLink link = processor.Rpmsg;
                Check.Equal(
                    StopOutcome.Stopped, await processor.StopAsync(cancellationToken).ConfigureAwait(false));
                Check.Equal(RpmsgCloseReason.PeerGone, await link.Completion.ConfigureAwait(false));
                Check.Equal((RemoteProcessorState.Stopped, 0), (processor.State, processor.Links.Count));
            }

            await processor.ShutdownAsync(cancellationToken).ConfigureAwait(false);
            Check.That(!File.Exists("/mnt/firmware/openamp/vrproc/copied echo.elf"));
        }
    }

    /// <summary>A processor that ran before the kernel did is attached to, left, and joined again.</summary>
    public static async Task AttachAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(new(), cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            // The driver attaches by itself.
            await processor.WaitForStateAsync(RemoteProcessorState.Attached, cancellationToken).ConfigureAwait(false);
            Check.Equal(null, processor.Describe().Firmware);
            await GuestProcessor.EchoAsync(processor, "attached", cancellationToken).ConfigureAwait(false);
            await processor.DetachAsync(cancellationToken).ConfigureAwait(false);
            Check.Equal(RemoteProcessorState.Detached, processor.State);
            await processor.AttachAsync(cancellationToken).ConfigureAwait(false);
            await GuestProcessor.EchoAsync(processor, "again", cancellationToken).ConfigureAwait(false);
        }

        Check.Equal("detached", (await File.ReadAllTextAsync(GuestProcessor.State, cancellationToken)
            .ConfigureAwait(false)).Trim());
    }

    /// <summary>What others write is noticed; and "st" starts, through the character device.</summary>
    public static async Task NoticeOthersAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await KernelRemoteProcessor.OpenAsync(
            GuestProcessor.Options with { AppliesSettings = false }, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await processor.LoadAsync(GuestProcessor.Firmware, cancellationToken).ConfigureAwait(false);
            Task running = processor.WaitForChangeAsync(RemoteProcessorState.Running, cancellationToken);
            GuestProcessor.Write(GuestProcessor.Device, "st");
            await running.ConfigureAwait(false);
            await GuestProcessor.EchoAsync(processor, "noticed", cancellationToken).ConfigureAwait(false);
            _ = await Check.ThrowsAsync<RemoteProcessorStateException>(
                async () => await processor.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

            // Another's start is counted by the kernel, and outweighs one stop.
            GuestProcessor.Write(GuestProcessor.State, "start");
            var error = await Check.ThrowsAsync<KernelRemoteprocException>(
                async () => await processor.StopAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("another program has started it too", error.Message);
            Task stopped = processor.WaitForChangeAsync(RemoteProcessorState.Stopped, cancellationToken);
            GuestProcessor.Write(GuestProcessor.State, "stop");
            await stopped.ConfigureAwait(false);
            Check.Equal(0, processor.CrashCount);
        }
    }

    /// <summary>A start that the kernel does not finish is given up, and holds the next operation until it
    /// is.</summary>
    public static async Task GiveUpAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(
            new() { StartTimeout = TimeSpan.FromMilliseconds(500) }, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await processor.LoadAsync(GuestProcessor.Firmware, cancellationToken).ConfigureAwait(false);
            var late = await Check.ThrowsAsync<RemoteProcessorException>(
                async () => await processor.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("The kernel still works on 'start'", late.Message);
            var held = await Check.ThrowsAsync<KernelRemoteprocException>(
                async () => await processor.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("does nothing new", held.Message);
        }
    }

    /// <summary>A driver that goes takes its processor with it.</summary>
    public static async Task RemoveAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(new(), cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            RpmsgLink link = processor.Rpmsg;
            using (Process remove = Process.Start("/bin/busybox", ["rmmod", GuestProcessor.Name]))
            {
                await remove.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                Check.Equal(0, remove.ExitCode);
            }

            Check.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(cancellationToken)
                .ConfigureAwait(false));
            var error = await Check.ThrowsAsync<KernelRemoteprocException>(
                async () => await processor.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("is gone", error.Message);
            Check.Equal(0, KernelRemoteprocs.List().Count);
        }
    }

    /// <summary>Starts the processor for as long as this program lives, and dies at once.</summary>
    public static async Task DieAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await KernelRemoteProcessor.OpenAsync(
            GuestProcessor.Options with { StopsWithProgram = true }, cancellationToken).ConfigureAwait(false);
        await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
        await GuestProcessor.EchoAsync(processor, "alive", cancellationToken).ConfigureAwait(false);
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>Starts the processor and leaves it running; or stops what another left, and leaves no trace.</summary>
    public static async Task LeaveAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await KernelRemoteProcessor.OpenAsync(
            GuestProcessor.Options with { LeavesRunning = true, StopsWithProgram = true }, cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
        }

        // The kernel's flag stays when the device is closed: it must have been cleared.
        using FileStream device = File.Open(GuestProcessor.Device, FileMode.Open, FileAccess.Write);
    }
}
