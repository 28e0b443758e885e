// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>What the simulated processors of these tests run.</summary>
internal static class Programs
{
    /// <summary>Waits for its end.</summary>
    public static SimulatedFirmware Idle { get; } = SimulatedFirmware.Create("idle", (_, stop) => Forever(stop));

    /// <summary>Sends back what it gets on the service "echo". On "crash" it fails.</summary>
    public static SimulatedFirmware Echo { get; } = SimulatedFirmware.Create("echo", EchoAsync);

    public static Task Forever(CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);

    public static async Task EchoAsync(RemoteEnvironment environment, CancellationToken stop)
    {
        // After an end of the host's side, the next host is waited for: attached to and detached from.
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
                await ServeAsync(link, stop);
            }
            catch (RpmsgClosedException)
            {
                // The host went away.
            }
        }
    }

    /// <summary>Serves "echo" until the link ends: one caller after another, as an endpoint ends with its peer's.
    /// </summary>
    public static async Task ServeAsync(RpmsgLink link, CancellationToken stop)
    {
        while (!link.Completion.IsCompleted)
        {
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("echo", null, stop);
            await ServeAsync(endpoint, stop);
        }
    }

    private static async Task ServeAsync(RpmsgEndpoint endpoint, CancellationToken stop)
    {
        await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(stop))
        {
            byte[] payload = message.Payload.ToArray();
            uint source = message.Source;
            message.Dispose();
            if (Encoding.UTF8.GetString(payload) == "crash")
            {
                throw new InvalidOperationException("told to");
            }

            await endpoint.SendToAsync(payload, source, stop);
        }
    }
}
