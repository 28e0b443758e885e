// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux.Tests;

/// <summary>A program that shares, and one that uses what another shares.</summary>
internal static class SharingRoles
{
    /// <summary>Runs firmware and shares it, and with a third argument its first link too, until the input ends.
    /// </summary>
    internal static async Task<int> ShareAsync(string[] arguments)
    {
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            new ProcessProcessorDriver(new() { Name = "m4" }),
            new() { Recovery = RecoveryPolicy.Always },
            CancellationToken.None);
        await processor.LoadAsync(arguments[1], CancellationToken.None);
        await processor.StartAsync(CancellationToken.None);
        SharingOptions options = new() { Directory = arguments[0] };
        await using ProcessorSharing sharing = ProcessorSharing.Share(processor, options);
        await using LinkSharing link = LinkSharing.Share(processor.Rpmsg, options with { Name = "wire" });
        await Console.Out.WriteLineAsync(sharing.SocketPath);
        while (await Console.In.ReadLineAsync() is { } order)
        {
            await Console.Out.WriteLineAsync(order switch
            {
                "statistics" => sharing.Statistics.ToString(),
                "endpoints" => processor.Rpmsg.EndpointCount.ToString(CultureInfo.InvariantCulture),
                _ => "?",
            });
        }

        return 0;
    }

    /// <summary>Makes an endpoint on what another program shares, says its address, and waits to be killed.</summary>
    internal static async Task<int> UseAsync(string[] arguments)
    {
        await using RemoteProcessor processor = await SharedProcessor.OpenAsync(arguments[0], CancellationToken.None);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, CancellationToken.None);
        await endpoint.SendAsync("hello"u8.ToArray(), CancellationToken.None);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync(endpoint.LocalAddress.ToString(CultureInfo.InvariantCulture));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
