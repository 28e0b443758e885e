// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>What the kernel shows of its RPMsg devices.</summary>
internal static class DiscoveryCases
{
    public static async Task ListAsync(string[] arguments, CancellationToken token)
    {
        // The firmware has announced its services when its last one is answered.
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        await remote.TellAsync("ready").ConfigureAwait(false);

        KernelRpmsgBus bus = KernelRpmsgBus.Machine;
        KernelRpmsgControl control = bus.ListControls().Single();
        Check.Equal("/dev/rpmsg_ctrl0", control.DevicePath);
        Check.That(File.Exists(control.DevicePath));
        Check.That(control.Transport.Name.StartsWith("virtio", System.StringComparison.Ordinal));
        Check.Equal(null, control.Transport.ProcessorName);

        KernelRpmsgChannel raw = bus.ListChannels().Single(channel => channel.Service == "rpmsg-raw");
        Check.Equal("rpmsg_chrdev", raw.Driver);
        Check.Equal(0x400u, raw.RemoteAddress);
        Check.That(raw.LocalAddress != RpmsgAddress.Any);
        Check.Equal(control.Transport.Path, raw.Transport.Path);
        KernelRpmsgChannel other = bus.ListChannels().Single(channel => channel.Service == "probe-echo");
        Check.Equal(null, other.Driver);
        Check.Equal(RpmsgAddress.Any, other.LocalAddress);

        KernelRpmsgDevice device = bus.ListDevices().Single(found => found.Service == "rpmsg-raw");
        Check.Equal(raw.DeviceName, device.ChannelDeviceName);
        Check.Equal(0x400u, device.RemoteAddress);
        Check.That(File.Exists(device.DevicePath));
        Check.Equal("rpmsg-tty", bus.ListTtys().Single().Channel.Service);
        Check.Equal(null, bus.ListDevices().First(found => found.RemoteAddress == 3).ChannelDeviceName);
    }

    public static async Task SelectAsync(string[] arguments, CancellationToken token)
    {
        await using (RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false))
        {
            await remote.TellAsync("ready").ConfigureAwait(false);
        }

        KernelRpmsgSelector[] right =
        [
            new() { Service = "probe-echo" },
            new() { RemoteAddress = 0x400 },
            new() { Service = "rpmsg-raw", RemoteAddress = 0x400 },
            new() { ControlPath = "/dev/rpmsg_ctrl0" },
        ];
        foreach (KernelRpmsgSelector selector in right)
        {
            RpmsgLink link = await KernelRpmsgLink.OpenAsync(new() { Selector = selector }, token)
                .ConfigureAwait(false);
            await link.DisposeAsync().ConfigureAwait(false);
        }

        var options = new KernelRpmsgLinkOptions
        {
            Selector = new() { Processor = "nobody" },
            AppearTimeout = System.TimeSpan.FromMilliseconds(50),
        };
        KernelRpmsgException none = await Check.ThrowsAsync<KernelRpmsgException>(
            async () => await KernelRpmsgLink.OpenAsync(options, token).ConfigureAwait(false)).ConfigureAwait(false);
        Check.Equal(KernelRpmsgOutcome.NotFound, none.Outcome);
        Check.Contains("processor 'nobody'", none.Message);
        Check.Contains("/dev/rpmsg_ctrl0", none.Message);
    }
}
