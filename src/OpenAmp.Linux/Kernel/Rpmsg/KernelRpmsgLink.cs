// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Opens links on the kernel's own RPMsg devices: the same <see cref="RpmsgLink"/> and
/// <see cref="RpmsgEndpoint"/> as on rings of our own.</summary>
/// <remarks>
/// <para>What the peer announces appears as the kernel's channels. <see cref="RpmsgLink.ConnectAsync(string,
/// CancellationToken)"/> waits for the channel: one that the driver <c>rpmsg_chrdev</c> has (service <c>rpmsg-raw</c>)
/// is used as it is, and for any other an endpoint is made through the control device.</para>
/// <para>An endpoint sends to its own remote address only; the kernel does not tell who sent a message, so its source
/// is that address. The kernel announces an endpoint to the peer when its name is <c>rpmsg-raw</c> and its local
/// address is given; other names have no driver, and a kernel announces nothing without one.</para>
/// <para>The link ends with <see cref="RpmsgCloseReason.PeerGone"/> when the processor's device goes away. No thread is
/// blocked for an endpoint: one thread waits for all of the process.</para>
/// </remarks>
public static class KernelRpmsgLink
{
    private static readonly TimeSpan AppearLookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens a link and starts it. Waits until what the options select is there.</summary>
    /// <param name="options">Which transport, and how the link behaves.</param>
    /// <param name="cancellationToken">Ends the wait; then there is no link.</param>
    /// <returns>The link.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="KernelRpmsgException">Nothing matched in time, or several transports match; the message lists
    /// what there is.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The link owns its carrier.")]
    public static async ValueTask<RpmsgLink> OpenAsync(
        KernelRpmsgLinkOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        var bus = new KernelRpmsgBus(options.Root);
        KernelRpmsgControl control = await WaitForControlAsync(bus, options, cancellationToken).ConfigureAwait(false);
        RpmsgLink link = RpmsgLink.Create(new KernelRpmsgCarrier(bus, control, options), options.Link);
        link.Start();
        return link;
    }

    private static async ValueTask<KernelRpmsgControl> WaitForControlAsync(
        KernelRpmsgBus bus,
        KernelRpmsgLinkOptions options,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<KernelRpmsgControl> all = bus.ListControls();
            KernelRpmsgControl[] found = [.. bus.Matching(all, options.Selector)];
            if (found.Length == 1)
            {
                return found[0];
            }

            // More of them do not become fewer by waiting.
            if (found.Length > 1 || Stopwatch.GetElapsedTime(start) >= options.AppearTimeout)
            {
                throw bus.NoneOrSeveral(options.Selector, all, found.Length);
            }

            await Task.Delay(AppearLookInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
