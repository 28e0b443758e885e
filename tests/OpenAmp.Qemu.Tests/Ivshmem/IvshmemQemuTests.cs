// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using OpenAmp.Qemu.Ivshmem;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>QEMU's own ivshmem-doorbell device against our server.</summary>
public sealed partial class IvshmemQemuTests
{
    [Fact]
    public async Task AnEmulatedMachineJoinsAndLeaves()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { VectorCount = 2 });
        await using IvshmemClient client = await place.JoinAsync();
        using (IvshmemMachine machine = IvshmemMachine.Hold(place))
        {
            IvshmemPeer peer = await client.WaitForPeerAsync(1, vector: 1, TestContext.Current.CancellationToken);
            string tree = await machine.AskAsync("info qtree");
            Assert.Matches(Device(), tree);
            string pci = await machine.AskAsync("info pci");
            Assert.Contains("PCI device 1af4:1110", pci, StringComparison.Ordinal);

            // The memory of ours: QEMU 7.2 prints of a BAR that nobody has placed its length less 2.
            Assert.Contains("BAR2: 64 bit prefetchable memory at 0xffffffffffffffff [0x000ffffe]", pci,
                StringComparison.Ordinal);
            machine.Kill();
            await peer.Left.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
        }

        Assert.Equal([0], server.Peers);
    }

    [Fact]
    public async Task TwoMachinesAndAProcessAreThreePeers()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { VectorCount = 2 });
        using IvshmemMachine first = IvshmemMachine.Hold(place);
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 1);
        using IvshmemMachine second = IvshmemMachine.Hold(place);
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 2);
        await using IvshmemClient client = await place.JoinAsync();
        Assert.Equal(2, client.Id);
        IvshmemPeer one = await client.WaitForPeerAsync(0, 1, TestContext.Current.CancellationToken);
        IvshmemPeer two = await client.WaitForPeerAsync(1, 1, TestContext.Current.CancellationToken);
        Assert.True(one.TryRing(0));
        Assert.True(two.TryRing(1));
        first.Kill();
        await one.Left.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
        Assert.False(two.Left.IsCompleted);
        second.Kill();
    }

    [GeneratedRegex(@"dev: ivshmem-doorbell[^\n]*\n(\s+[^\n]*\n)*?\s+vectors = 2")]
    private static partial Regex Device();
}
