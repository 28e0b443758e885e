// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Rpmsg;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.VhostUser;

/// <summary>The kernel's driver taken off its device and put back. Alone, because it counts what this process has
/// open.</summary>
[Collection(nameof(Alone))]
public sealed class RebindTests
{
    private const string Driver = "/sys/bus/virtio/drivers/virtio_rpmsg_bus";

    [Fact]
    public async Task HundredUnbindsAndRebindsGiveHundredLinksThatCarryMessages()
    {
        await using KernelRemote remote = new();
        await using LinuxGuest guest = await remote.StartGuestAsync();
        await using (RpmsgLink first = await remote.AcceptAsync())
        {
            await GuestRoundTrip.RunAsync(guest, 1);
            _ = (await guest.RunAsync($"echo virtio0 >{Driver}/unbind", TestGuest.Token)).Required();
            Assert.Equal(RpmsgCloseReason.PeerGone, await first.Completion);
        }

        int descriptors = OpenDescriptors;
        for (int round = 0; round < 100; round++)
        {
            _ = (await guest.RunAsync($"echo virtio0 >{Driver}/bind", TestGuest.Token)).Required();
            await using RpmsgLink link = await remote.AcceptAsync();
            await GuestRoundTrip.RunAsync(guest, 1);
            Assert.True(link.GetStatistics().MessagesReceived >= 1);
            _ = (await guest.RunAsync($"echo virtio0 >{Driver}/unbind", TestGuest.Token)).Required();
            Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion);
        }

        Assert.InRange(OpenDescriptors, 0, descriptors);
        Assert.Equal(101, guest.KernelLog.Count(
            line => line.Contains("rpmsg host is online", StringComparison.Ordinal)));
        Assert.Empty(remote.Faults);
        TestGuest.AssertNoWarning(guest);
    }

    private static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
