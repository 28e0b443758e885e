// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>Terminals over RPMsg.</summary>
internal static class TtyCases
{
    /// <summary>All bytes go through unchanged, in messages of 496 bytes, nothing is echoed, and a hang-up ends the
    /// stream.</summary>
    public static async Task StreamAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        await remote.TellAsync("offer rpmsg-tty 1900").ConfigureAwait(false);
        var options = new KernelRpmsgTtyOptions { Selector = new() { RemoteAddress = 1900 } };
        Stream tty = await KernelRpmsgTty.OpenAsync(options, token).ConfigureAwait(false);
        await using (tty.ConfigureAwait(false))
        {
            byte[] all = [.. Enumerable.Range(0, 2000).Select(i => (byte)(i % 256))];
            await tty.WriteAsync(all, token).ConfigureAwait(false);
            byte[] back = new byte[all.Length];
            await tty.ReadExactlyAsync(back, token).ConfigureAwait(false);
            Check.That(back.AsSpan().SequenceEqual(all));

            // Five messages were sent and five came back: an echo of the terminal would have made the firmware answer
            // its own answers.
            await Task.Delay(100, token).ConfigureAwait(false);
            Check.Equal("5", await remote.AskAsync("count rpmsg-tty").ConfigureAwait(false));

            Task<int> reading = tty.ReadAsync(back, token).AsTask();
            await remote.TellAsync("withdraw rpmsg-tty").ConfigureAwait(false);
            Check.Equal(0, await reading.WaitAsync(token).ConfigureAwait(false));
            KernelRpmsgException gone = await Check.ThrowsAsync<KernelRpmsgException>(
                async () => await tty.WriteAsync(all, token).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Equal(KernelRpmsgOutcome.DeviceGone, gone.Outcome);
        }
    }

    /// <summary>A peer that takes nothing: the write waits for its time, and says why.</summary>
    public static async Task FullAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        await remote.StopAsync().ConfigureAwait(false);
        var options = new KernelRpmsgTtyOptions { WriteTimeout = TimeSpan.FromMilliseconds(300) };
        Stream tty = await KernelRpmsgTty.OpenAsync(options, token).ConfigureAwait(false);
        await using (tty.ConfigureAwait(false))
        {
            KernelRpmsgException full = await Check.ThrowsAsync<KernelRpmsgException>(
                async () => await tty.WriteAsync(new byte[496 * 600], token).ConfigureAwait(false))
                .ConfigureAwait(false);
            Check.Equal(KernelRpmsgOutcome.QueueFull, full.Outcome);

            // It goes on by itself after a while.
            byte[] text = Encoding.ASCII.GetBytes("again");
            for (bool sent = false; !sent;)
            {
                try
                {
                    await tty.WriteAsync(text, token).ConfigureAwait(false);
                    sent = true;
                }
                catch (KernelRpmsgException again) when (again.Outcome == KernelRpmsgOutcome.QueueFull)
                {
                    token.ThrowIfCancellationRequested();
                }
            }
        }
    }
}
