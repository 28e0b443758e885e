// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux.Tests;

/// <summary>Firmware in .NET, and a host that is killed.</summary>
internal static class FirmwareRoles
{
    /// <summary>What firmware returns that was asked to end.</summary>
    internal const int Asked = 0;

    /// <summary>Echoes until it is asked to end.</summary>
    internal static Task<int> EchoAsync() => ServeAsync((bytes, _) => ValueTask.FromResult(bytes));

    /// <summary>Hosts a processor itself, and lets that one answer.</summary>
    internal static async Task<int> ChainAsync(string inner)
    {
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            new ProcessProcessorDriver(new() { Name = "inner" }), CancellationToken.None);
        await processor.LoadAsync(inner, CancellationToken.None);
        await processor.StartAsync(CancellationToken.None);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, CancellationToken.None);
        return await ServeAsync(async (bytes, token) =>
        {
            await endpoint.SendAsync(bytes, token);
            using RpmsgMessage answer = await endpoint.ReceiveAsync(token);
            return (byte[])[.. "inner: "u8, .. answer.Payload];
        });
    }

    /// <summary>Heeds neither SIGTERM nor the end of its host.</summary>
    internal static async Task<int> IgnoreEverythingAsync()
    {
        await using RemoteEnvironment environment = ProcessEnvironment.Open(new()
        {
            HostGoneGrace = TimeSpan.FromMilliseconds(300),
        });
        await using RpmsgLink link = await environment.OpenRpmsgAsync(null, CancellationToken.None);
        await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(
            Firmware.Service, null, CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
        return Asked;
    }

    /// <summary>Runs firmware, says its process id, and suspends it if told to. Never ends by itself.</summary>
    internal static async Task<int> HostAsync(string[] arguments)
    {
        ProcessProcessorDriver driver = new(new() { Arguments = arguments[2..] });
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, CancellationToken.None);
        await processor.LoadAsync(arguments[0], CancellationToken.None);
        await processor.StartAsync(CancellationToken.None);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, CancellationToken.None);
        if (arguments[1] == "suspended")
        {
            await processor.SuspendAsync(CancellationToken.None);
        }

        Console.WriteLine(driver.ProcessId);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Writes what it is told into its trace buffer, and rings for it.</summary>
    internal static Task<int> TraceAsync()
    {
        RemoteTrace? trace = null;
        return ServeAsync((bytes, _) => ValueTask.FromResult(bytes), (environment, text) =>
        {
            trace ??= environment.OpenTrace("log");
            trace.WriteLine(text);
            trace.Flush();
        });
    }

    private static async Task<int> ServeAsync(
        Func<byte[], CancellationToken, ValueTask<byte[]>> answer,
        Action<RemoteEnvironment, string>? onMessage = null)
    {
        // Whoever waits for its end sees it go by itself, long before it would be made to.
        await using RemoteEnvironment environment = ProcessEnvironment.Open(new()
        {
            HostGoneGrace = TimeSpan.FromMinutes(1),
        });
        try
        {
            await using RpmsgLink link = await environment.OpenRpmsgAsync(null, CancellationToken.None);
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(
                Firmware.Service, null, environment.Stopping);
            await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(environment.Stopping))
            {
                byte[] bytes = message.Payload.ToArray();
                uint source = message.Source;
                message.Dispose();
                string text = Encoding.UTF8.GetString(bytes);
                Obey(text);
                onMessage?.Invoke(environment, text);
                await endpoint.SendToAsync(
                    await answer(bytes, environment.Stopping), source, environment.Stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
        catch (RpmsgClosedException)
        {
            // The host went away.
        }

        return Asked;
    }

    private static void Obey(string order)
    {
        if (order == "exit 3")
        {
            Environment.Exit(3);
        }
    }
}
