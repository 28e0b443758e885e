// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>The guest's processor, and what checks do with it.</summary>
internal static class GuestProcessor
{
    public const string Name = "vrproc";
    public const string Node = "remoteproc0";
    public const string Device = "/dev/" + Node;
    public const string State = "/sys/class/remoteproc/" + Node + "/state";
    public const string Firmware = "/mnt/firmware/echo.elf";
    public const string RawService = "rpmsg-raw";

    public static KernelRemoteProcessorOptions Options => new() { Selector = KernelRemoteprocSelector.ByName(Name) };

    public static ValueTask<KernelRemoteProcessor> OpenAsync(
        RemoteProcessorOptions options,
        CancellationToken cancellationToken)
        => KernelRemoteProcessor.OpenAsync(Options with { Processor = options }, cancellationToken);

    /// <summary>Loads the firmware that echoes, and starts it.</summary>
    public static async ValueTask StartAsync(KernelRemoteProcessor processor, CancellationToken cancellationToken)
    {
        await processor.LoadAsync(Firmware, cancellationToken).ConfigureAwait(false);
        await processor.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a text through the processor's link, and expects it back.</summary>
    public static async ValueTask EchoAsync(
        RemoteProcessor processor,
        string text,
        CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = await processor.Rpmsg.ConnectAsync(RawService, cancellationToken)
            .ConfigureAwait(false);
        await using (endpoint.ConfigureAwait(false))
        {
            await endpoint.SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
            using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            Check.Equal(text, Encoding.UTF8.GetString(message.Payload));
        }
    }

    /// <summary>Lets the kernel say that it crashed: 0 for a memory fault, 1 for the watchdog, 2 for a fatal
    /// error.</summary>
    public static void Crash(int kind)
        => File.WriteAllText($"/sys/kernel/debug/remoteproc/{Node}/crash", FormattableString.Invariant($"{kind}\n"));

    public static void Write(string path, string word)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
        file.Write(Encoding.UTF8.GetBytes(word));
    }
}
