// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>What the kernel's processor can run.</summary>
internal static class KernelPrograms
{
    /// <summary>The service that the kernel gives a character device for: /dev/rpmsg0.</summary>
    internal const string RawService = "rpmsg-raw";

    /// <summary>The service of the kernel's sample driver.</summary>
    internal const string SampleService = "rpmsg-client-sample";

    /// <summary>"echo": sends back what it gets, and says in its trace what it does. Of a message "crash" it
    /// dies.</summary>
    internal static SimulatedFirmware Echo { get; } = SimulatedFirmware.Create(
        "echo", (environment, stop) => EchoAsync(environment, RawService, stop));

    /// <summary>"sample": the same for the kernel's sample driver.</summary>
    internal static SimulatedFirmware Sample { get; } = SimulatedFirmware.Create(
        "sample", (environment, stop) => EchoAsync(environment, SampleService, stop));

    /// <summary>"idle": waits for its end.</summary>
    internal static SimulatedFirmware Idle { get; } = SimulatedFirmware.Create(
        "idle", (_, stop) => Task.Delay(Timeout.Infinite, stop));

    /// <summary>"stubborn": does not end when it is told to, but 8 s later.</summary>
    internal static SimulatedFirmware Stubborn { get; } = SimulatedFirmware.Create("stubborn", async (_, stop) =>
    {
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(TimeSpan.FromSeconds(8), CancellationToken.None);
    });

    /// <summary>All of them.</summary>
    internal static SimulatedFirmware[] All => [Echo, Sample, Idle, Stubborn];

    private static async Task EchoAsync(RemoteEnvironment environment, string service, CancellationToken stop)
    {
        RemoteTrace trace = environment.OpenTrace("trace");
        _ = trace.WriteLine("echo runs");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
                _ = trace.WriteLine("the host drives the device");
                await ServeAsync(link, service, stop);
            }
            catch (RpmsgClosedException)
            {
                // The host went away.
            }
        }
    }

    private static async Task ServeAsync(RpmsgLink link, string service, CancellationToken stop)
    {
        while (!link.Completion.IsCompleted)
        {
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(service, null, stop);
            await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(stop))
            {
                byte[] payload = message.Payload.ToArray();
                uint source = message.Source;
                message.Dispose();
                if (Encoding.UTF8.GetString(payload) == "crash")
                {
                    throw new SimulatedCrashException(CrashKind.Watchdog, "told to");
                }

                await endpoint.SendToAsync(payload, source, stop);
            }
        }
    }
}
