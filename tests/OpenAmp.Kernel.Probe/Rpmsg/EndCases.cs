// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>How endpoints and links end.</summary>
internal static class EndCases
{
    /// <summary>The peer withdraws a service: the endpoint ends, the link does not.</summary>
    public static async Task WithdrawnAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        foreach (string service in (string[])["rpmsg-raw", "withdrawn"])
        {
            await remote.TellAsync($"offer {service} 1800").ConfigureAwait(false);
            using RpmsgListener listener = remote.Link.Listen(service, new() { Announce = false });
            RpmsgEndpoint endpoint;
            do
            {
                endpoint = await listener.AcceptAsync(token).ConfigureAwait(false);
            }
            while (endpoint.RemoteAddress != 1800);

            Task<RpmsgMessage> receiving = endpoint.ReceiveAsync(token).AsTask();
            await remote.TellAsync($"withdraw {service}").ConfigureAwait(false);
            RpmsgClosedException closed = await Check.ThrowsAsync<RpmsgClosedException>(() => receiving)
                .ConfigureAwait(false);
            Check.Equal(RpmsgCloseReason.RemoteDestroyed, closed.Reason);
            closed = await Check.ThrowsAsync<RpmsgClosedException>(
                async () => await endpoint.SendAsync(new byte[1], token).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Equal(RpmsgCloseReason.RemoteDestroyed, closed.Reason);
            await remote.TellAsync("ready").ConfigureAwait(false);
        }
    }

    /// <summary>The driver is unbound: the link ends as one whose peer is gone, and a new one can be opened when it is
    /// bound again.</summary>
    public static async Task UnbindAsync(string[] arguments, CancellationToken token)
    {
        string device = KernelRpmsgBus.Machine.ListControls().Single().Transport.Name;
        for (int i = 0; i < 3; i++)
        {
            RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
            RpmsgEndpoint raw = await remote.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
            RpmsgEndpoint made = await remote.Link.ConnectAsync("probe-echo", token).ConfigureAwait(false);
            await remote.RoundTripAsync(raw, [1]).ConfigureAwait(false);
            await remote.RoundTripAsync(made, [1]).ConfigureAwait(false);
            Task<RpmsgMessage>[] receiving = [raw.ReceiveAsync(token).AsTask(), made.ReceiveAsync(token).AsTask()];

            await File.WriteAllTextAsync("/sys/bus/virtio/drivers/virtio_rpmsg_bus/unbind", device, token)
                .ConfigureAwait(false);
            Check.Equal(
                RpmsgCloseReason.PeerGone, await remote.Link.Completion.WaitAsync(token).ConfigureAwait(false));
            foreach (Task<RpmsgMessage> each in receiving)
            {
                RpmsgClosedException closed = await Check.ThrowsAsync<RpmsgClosedException>(() => each)
                    .ConfigureAwait(false);
                Check.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
            }

            RpmsgClosedException late = await Check.ThrowsAsync<RpmsgClosedException>(
                async () => await made.SendAsync(new byte[1], token).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Equal(RpmsgCloseReason.PeerGone, late.Reason);
            await remote.DisposeAsync().ConfigureAwait(false);
            await File.WriteAllTextAsync("/sys/bus/virtio/drivers/virtio_rpmsg_bus/bind", device, token)
                .ConfigureAwait(false);
        }
    }
}
