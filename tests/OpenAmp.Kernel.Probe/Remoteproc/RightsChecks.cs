// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>What a user without rights is told. Runs as one.</summary>
internal static class RightsChecks
{
    /// <summary>A processor can be listed and opened; what may not be written is named.</summary>
    public static async Task DenyAsync(string[] arguments, CancellationToken cancellationToken)
    {
        Check.Equal(GuestProcessor.Name, KernelRemoteprocs.List()[0].Name);
        KernelRemoteProcessor processor = await KernelRemoteProcessor.OpenAsync(
            GuestProcessor.Options with { AppliesSettings = false }, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            var start = await Check.ThrowsAsync<KernelRemoteprocException>(
                async () => await processor.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains(GuestProcessor.State, start.Message);
            Check.Contains("openamp udev", start.Message);
            var load = await Check.ThrowsAsync<KernelRemoteprocException>(
                async () => await processor.LoadAsync(GuestProcessor.Firmware, cancellationToken)
                    .ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("/sys/class/remoteproc/remoteproc0/firmware", load.Message);
            var carveouts = await Check.ThrowsAsync<KernelRemoteprocException>(() =>
            {
                _ = processor.ReadCarveouts();
                return Task.CompletedTask;
            }).ConfigureAwait(false);
            Check.Contains("/sys/kernel/debug/remoteproc/remoteproc0/carveout_memories", carveouts.Message);
            Check.Contains("openamp udev", carveouts.Message);
        }

        var held = await Check.ThrowsAsync<KernelRemoteprocException>(
            async () => await KernelRemoteProcessor.OpenAsync(
                GuestProcessor.Options with { StopsWithProgram = true }, cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        Check.Contains(GuestProcessor.Device, held.Message);
    }
}
