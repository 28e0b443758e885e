// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>What control devices do, and what they refuse.</summary>
internal static class ControlCases
{
    private static KernelRpmsgControl Control => KernelRpmsgBus.Machine.FindControl(KernelRpmsgSelector.Any);

    /// <summary>A device that is open cannot be opened again.</summary>
    public static async Task BusyAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
        await using RemoteSide other = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        KernelRpmsgException busy = await Check.ThrowsAsync<KernelRpmsgException>(
            async () => await other.Link.CreateEndpointAsync(
                "rpmsg-raw", new() { RemoteAddress = 0x400, Announce = false }, token).ConfigureAwait(false))
            .ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.Busy, busy.Outcome);
        Check.Equal(16, busy.Errno);
        await remote.RoundTripAsync(endpoint, [1]).ConfigureAwait(false);
        await endpoint.DisposeAsync().ConfigureAwait(false);
        await using RemoteSide last = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint after = await last.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
        await last.RoundTripAsync(after, [2]).ConfigureAwait(false);
    }

    public static async Task CreateEndpointAsync(string[] arguments, CancellationToken token)
    {
        int before = KernelRpmsgBus.Machine.ListDevices().Count;

        // Alike, all at once: each call gets one of its own.
        KernelRpmsgDevice[] made = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            i => Control.CreateEndpointAsync($"ept-{i % 2}", RpmsgAddress.Any, 0x1, token).AsTask()))
            .ConfigureAwait(false);
        Check.Equal(before + 4, KernelRpmsgBus.Machine.ListDevices().Count);
        foreach (KernelRpmsgDevice device in KernelRpmsgBus.Machine.ListDevices()
            .Where(device => device.Service.StartsWith("ept-", StringComparison.Ordinal)))
        {
            Check.Equal(RpmsgAddress.Any, device.LocalAddress);
            Check.Equal(0x1u, device.RemoteAddress);
            device.Destroy();
        }

        Check.Equal(before, KernelRpmsgBus.Machine.ListDevices().Count);
        KernelRpmsgException gone = await Check.ThrowsAsync<KernelRpmsgException>(() =>
        {
            made[0].Destroy();
            return Task.CompletedTask;
        }).ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.NotFound, gone.Outcome);
    }

    /// <summary>A channel of ours is announced to the peer, works, and is withdrawn.</summary>
    public static async Task CreateDeviceAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        await remote.TellAsync("hear rpmsg-raw").ConfigureAwait(false);
        Control.CreateDevice("rpmsg-raw", 0x77, 0x1);
        Check.Equal("119", await remote.AskAsync("heard").ConfigureAwait(false));
        Control.ReleaseDevice("rpmsg-raw", 0x77, 0x1);
        Check.Equal("RemoteDestroyed", await remote.AskAsync("lost").ConfigureAwait(false));
        Check.That(!KernelRpmsgBus.Machine.ListChannels().Any(channel => channel.LocalAddress == 0x77));
    }

    /// <summary>The same by an endpoint: created with a name that a driver takes and an address, it is announced.
    /// </summary>
    public static async Task OfferAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        await remote.TellAsync("hear rpmsg-raw").ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.CreateEndpointAsync(
            "rpmsg-raw", new() { LocalAddress = 0x78, RemoteAddress = RemoteSide.EchoAddress }, token)
            .ConfigureAwait(false);
        Check.Equal("120", await remote.AskAsync("heard").ConfigureAwait(false));
        using (RpmsgMessage bound = await endpoint.ReceiveAsync(token).ConfigureAwait(false))
        {
            Check.That(bound.Payload.SequenceEqual("bound"u8));
        }

        await remote.RoundTripAsync(endpoint, [1, 2, 3]).ConfigureAwait(false);
        await endpoint.DisposeAsync().ConfigureAwait(false);
        Check.Equal("RemoteDestroyed", await remote.AskAsync("lost").ConfigureAwait(false));
    }

    public static async Task DuplicateAsync(string[] arguments, CancellationToken token)
    {
        Control.CreateDevice("twice", 0x99, 0x9a);
        KernelRpmsgException exists = await ThrowsAsync(() => Control.CreateDevice("twice", 0x99, 0x9a))
            .ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.ChannelExists, exists.Outcome);
        Check.Equal(6, exists.Errno);
        Check.Contains("'twice' (0x99 -> 0x9a)", exists.Message);
        Control.ReleaseDevice("twice", 0x99, 0x9a);
        KernelRpmsgException none = await ThrowsAsync(() => Control.ReleaseDevice("twice", 0x99, 0x9a))
            .ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.NoSuchChannel, none.Outcome);
        KernelRpmsgDevice raw = KernelRpmsgBus.Machine.ListDevices().First(device => device.Service == "rpmsg-raw");
        KernelRpmsgException channels = await ThrowsAsync(raw.Destroy).ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.DefaultEndpoint, channels.Outcome);
        token.ThrowIfCancellationRequested();
    }

    public static async Task AddressTakenAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        int before = KernelRpmsgBus.Machine.ListDevices().Count;
        RpmsgEndpoint first = await CreateAsync(remote, 0x66).ConfigureAwait(false);
        KernelRpmsgException taken = await Check.ThrowsAsync<KernelRpmsgException>(() => CreateAsync(remote, 0x66))
            .ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.AddressTaken, taken.Outcome);
        uint channels = KernelRpmsgBus.Machine.ListChannels().First(channel => channel.Driver is not null).LocalAddress;
        taken = await Check.ThrowsAsync<KernelRpmsgException>(() => CreateAsync(remote, channels))
            .ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.AddressTaken, taken.Outcome);

        // What was left of the failure goes with the one that had the address.
        await first.DisposeAsync().ConfigureAwait(false);
        Check.Equal(before, KernelRpmsgBus.Machine.ListDevices().Count);
        RpmsgEndpoint again = await CreateAsync(remote, 0x66).ConfigureAwait(false);
        await remote.RoundTripAsync(again, [1]).ConfigureAwait(false);
    }

    public static async Task FlowControlAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
        var port = (KernelRpmsgPort)endpoint.Port!;

        // Kernels before 6.12 have none; on virtio the peer cannot be asked to pause by any.
        Check.That(port.GetOutgoingFlow() is KernelRpmsgFlow.NotSupported or KernelRpmsgFlow.Open);
        Check.Equal(KernelRpmsgFlow.NotSupported, port.SetIncomingFlow(pause: true));
        await remote.RoundTripAsync(endpoint, [1]).ConfigureAwait(false);
    }

    /// <summary>Run by a user without rights.</summary>
    public static async Task NoPermissionAsync(string[] arguments, CancellationToken token)
    {
        KernelRpmsgException refused = await ThrowsAsync(() => Control.CreateDevice("no", 1, 2)).ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.NoPermission, refused.Outcome);
        Check.Contains("/dev/rpmsg_ctrl0", refused.Message);
        Check.Contains("openamp udev", refused.Message);
        RpmsgLink link = await KernelRpmsgLink.OpenAsync(
            new() { NodeTimeout = TimeSpan.FromMilliseconds(100) }, token).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            IOException closed = await Check.ThrowsAsync<IOException>(
                async () => await link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false)).ConfigureAwait(false);
            Check.Contains("this user may not", closed.Message);
        }
    }

    private static Task<RpmsgEndpoint> CreateAsync(RemoteSide remote, uint localAddress)
        => remote.Link.CreateEndpointAsync(
            "taken",
            new() { LocalAddress = localAddress, RemoteAddress = RemoteSide.EchoAddress },
            remote.Token).AsTask();

    private static Task<KernelRpmsgException> ThrowsAsync(Action action)
        => Check.ThrowsAsync<KernelRpmsgException>(() =>
        {
            action();
            return Task.CompletedTask;
        });
}
