// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Opens terminals over RPMsg, <c>/dev/ttyRPMSGN</c>, as streams of plain bytes.</summary>
public static class KernelRpmsgTty
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens a terminal. Waits until it is there.</summary>
    /// <remarks>The terminal is raw from the first moment: nothing is echoed to the peer, no byte is taken for a signal
    /// or flow control, none is changed. It stays so when the stream is disposed. While the stream is open, programs
    /// without privilege cannot open the terminal (TIOCEXCL).</remarks>
    /// <param name="options">Which one, and how long to wait.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing is open.</param>
    /// <returns>The stream: one reader and any number of writers; each write goes out in messages of at most 496 bytes;
    /// the stream ends when the peer or the kernel withdraws the terminal. A write that the peer does not take in time
    /// throws <see cref="KernelRpmsgException"/>.</returns>
    /// <exception cref="KernelRpmsgException">None matched in time, several match, or the kernel refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async ValueTask<Stream> OpenAsync(KernelRpmsgTtyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.WriteTimeout, TimeSpan.Zero);
        KernelRpmsgTtyDevice device = await FindAsync(options, cancellationToken).ConfigureAwait(false);
        SafeFileHandle handle = await KernelRpmsgFile.OpenNewAsync(
            device.DevicePath,
            SysfsDirectory.Read(options.Root.At("/sys/class/tty/" + device.Name), "dev"),
            KernelRpmsgCall.OpenTty,
            options.NodeTimeout,
            cancellationToken).ConfigureAwait(false);
        try
        {
            KernelTerminal.MakeRaw(handle, device.DevicePath);
            return new KernelRpmsgTtyStream(handle, device.DevicePath, options.WriteTimeout);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static async ValueTask<KernelRpmsgTtyDevice> FindAsync(
        KernelRpmsgTtyOptions options,
        CancellationToken cancellationToken)
    {
        var bus = new KernelRpmsgBus(options.Root);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            KernelRpmsgTtyDevice[] all = [.. bus.ListTtys()];
            KernelRpmsgTtyDevice[] found = [.. all.Where(tty => options.Selector.Matches(tty.Channel))];
            if (found.Length == 1)
            {
                return found[0];
            }

            if (found.Length > 1 || Stopwatch.GetElapsedTime(start) >= options.AppearTimeout)
            {
                KernelRpmsgOutcome outcome =
                    found.Length == 0 ? KernelRpmsgOutcome.NotFound : KernelRpmsgOutcome.Ambiguous;
                string there = all.Length == 0 ? "there is none" : "there are " + string.Join(", ", all.Select(
                    tty => $"{tty.DevicePath} (0x{tty.Channel.RemoteAddress:x} on {tty.Channel.Transport})"));
                throw new KernelRpmsgException(outcome, 0, $"{(found.Length == 0 ? "No" : "More than one")} terminal "
                    + $"over RPMsg matches {options.Selector} below {options.Root.Path}: {there}. The peer announces "
                    + "service rpmsg-tty, and the module rpmsg_tty makes the terminal. "
                    + KernelRpmsgFailure.Explain(outcome));
            }

            await Task.Delay(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
