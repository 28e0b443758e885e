// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>Firmware that is refused, and what the kernel shows of one that runs.</summary>
internal static class FirmwareChecks
{
    private const string None = "-";

    /// <summary>Bad firmware is refused here with a reason; and, where that is switched off, by the kernel, whose words
    /// stand in the exception. Arguments: file, words of ours or "-", words of the kernel's log; thrice as many for
    /// each.</summary>
    public static async Task RefuseAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor checks = await GuestProcessor.OpenAsync(new(), cancellationToken).ConfigureAwait(false);
        await using (checks.ConfigureAwait(false))
        {
            KernelRemoteProcessor trusts = await KernelRemoteProcessor.OpenAsync(
                GuestProcessor.Options with { ChecksFirmware = false }, cancellationToken).ConfigureAwait(false);
            await using (trusts.ConfigureAwait(false))
            {
                foreach (string[] bad in arguments.Chunk(3))
                {
                    await RefuseAsync(checks, trusts, bad, cancellationToken).ConfigureAwait(false);
                }

                await GuestProcessor.StartAsync(trusts, cancellationToken).ConfigureAwait(false);
                await GuestProcessor.EchoAsync(trusts, "good", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The trace is followed while the firmware runs, and to its last line.</summary>
    public static async Task TraceAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(
            new() { Trace = new() { PollInterval = TimeSpan.FromMilliseconds(20) } }, cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            using TraceFollower follower = processor.FollowTrace("trace");
            IAsyncEnumerator<TraceLine> lines = follower.ReadLinesAsync(cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await using (lines.ConfigureAwait(false))
            {
                foreach (string expected in (string[])["echo runs", "the host drives the device"])
                {
                    Check.That(await lines.MoveNextAsync().ConfigureAwait(false));
                    Check.Equal(expected, lines.Current.Text.ToString());
                }

                await processor.StopAsync(cancellationToken).ConfigureAwait(false);
                Check.That(!await lines.MoveNextAsync().ConfigureAwait(false));
            }
        }
    }

    /// <summary>The live table and the carveouts are what the kernel made of the firmware's.</summary>
    public static async Task ReadDebugAsync(string[] arguments, CancellationToken cancellationToken)
    {
        KernelRemoteProcessor processor = await GuestProcessor.OpenAsync(new(), cancellationToken)
            .ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await GuestProcessor.StartAsync(processor, cancellationToken).ConfigureAwait(false);
            ResourceTable table = processor.ReadTable()!;
            VdevResource vdev = table.Vdevs.Single();
            Check.Equal((7u, 7), (vdev.DeviceId, (int)vdev.Status));
            Check.That(vdev.Vrings.All(ring => ring.Address is not uint.MaxValue and not ulong.MaxValue));
            Check.Equal("trace", table.Traces.Single().Name);
            IReadOnlyList<KernelCarveout> carveouts = processor.ReadCarveouts();
            KernelCarveout memory = carveouts.Single(carveout => carveout.Name == "ddr");
            Check.Equal((0x1000_0000ul, 1ul << 20), (memory.DeviceAddress.Value, memory.LengthBytes));
            Check.That(carveouts.Any(carveout => carveout.Name == "vdev0vring0"));
            await processor.StopAsync(cancellationToken).ConfigureAwait(false);
            Check.Equal(null, processor.ReadTable());
        }
    }

    private static async Task RefuseAsync(
        KernelRemoteProcessor checks,
        KernelRemoteProcessor trusts,
        string[] bad,
        CancellationToken cancellationToken)
    {
        (string path, string ours, string kernels) = (bad[0], bad[1], bad[2]);
        if (ours != None)
        {
            var refused = await Check.ThrowsAsync<FirmwareException>(
                async () => await checks.LoadAsync(path, cancellationToken).ConfigureAwait(false))
                .ConfigureAwait(false);
            Check.Contains(ours, refused.Message);
        }

        await trusts.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        var error = await Check.ThrowsAsync<KernelRemoteprocException>(
            async () => await trusts.StartAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        Check.Contains(kernels, string.Join('\n', error.KernelLog));
        Console.WriteLine($"{path}: {error.Message}");
        Check.Equal("offline", trusts.Describe().KernelState);
    }
}
