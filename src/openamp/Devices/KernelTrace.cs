// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Devices;

/// <summary>Prints the trace files of the kernel as they are, in whatever state the processor is.</summary>
internal static class KernelTrace
{
    /// <summary>Prints one of them, or all.</summary>
    /// <exception cref="ServiceFailedException">There is none.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static async Task PrintAsync(
        KernelRoot root,
        KernelRemoteprocDescription info,
        string? buffer,
        IRunScreen screen,
        CancellationToken cancellationToken)
    {
        string folder = $"/sys/kernel/debug/remoteproc/{info.Node}";
        string[] names =
        [
            .. new Sysfs(root).Names(folder).Where(name => name.StartsWith("trace", StringComparison.Ordinal)
                && (buffer is null || name == buffer)),
        ];
        if (names.Length == 0)
        {
            throw new ServiceFailedException($"{folder} has no {buffer ?? "trace buffer"}: the firmware has none, "
                + "or it is offline, or this user may not look: sudo openamp remoteproc trace");
        }

        foreach (string name in names)
        {
            string text = await ReadAsync(root.At($"{folder}/{name}"), cancellationToken).ConfigureAwait(false);
            foreach (string line in text.TrimEnd('\n').Split('\n'))
            {
                screen.Trace(
                    new TraceOrigin(info.Name, name),
                    new TraceLine(DateTimeOffset.UtcNow, SafeText.Of(line.TrimEnd('\r')), TraceLineFlags.None, 0, 0));
            }
        }
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"'{path}' may not be read: debugfs is for root; sudo openamp remoteproc trace",
                exception);
        }
    }
}
