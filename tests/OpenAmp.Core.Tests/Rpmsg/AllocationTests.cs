// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The core allocates nothing, whatever it does.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 2000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NothingThatAnEngineDoesAllocates(bool eventIndex)
    {
        using Link link = new Link(new LinkShape { EventIndex = eventIndex }).ConnectBoth();
        Assert.True(link.Remote.TryCreateEndpointAt(5, 0));
        Assert.True(RpmsgName.TryCreate("service"u8, out RpmsgName name));
        Round(link, name);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            Round(link, name);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(5ul * (Rounds + 1), link.Remote.ReceivedCount);
    }

    [Fact]
    public void ThisTestWouldSeeAnAllocation()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new byte[16]);
        Assert.NotEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Send, rent, release, announce, create, destroy, poll, keep, give back, arm.</summary>
    private static void Round(Link link, in RpmsgName name)
    {
        ReadOnlySpan<byte> payload = [1, 2, 3, 4];
        var handler = new KeepingHandler();
        bool ok = link.Host.TryCreateEndpoint(1, out uint address);
        ok &= link.Host.TryAnnounce(name, address, isDestroy: false) == RpmsgSendResult.Sent;
        ok &= link.Host.TrySend(address, 5, payload) == RpmsgSendResult.Sent;
        ok &= link.Host.TrySend(address, RpmsgAddress.Any, payload) == RpmsgSendResult.NoDestination;
        ok &= link.Host.TrySend(address, 77, payload) == RpmsgSendResult.Sent;
        ok &= link.Host.TryRent(out RpmsgBuffer released) == RpmsgSendResult.Sent;
        link.Host.ReleaseRented(released);
        ok &= link.Host.TryRent(out RpmsgBuffer buffer) == RpmsgSendResult.Sent;
        ok &= link.Host.SendRented(buffer, address, 5, 4) == RpmsgSendResult.Sent;
        ok &= link.Host.TryAnnounce(name, address, isDestroy: true) == RpmsgSendResult.Sent;
        ok &= link.Host.TryDestroyEndpoint(address);
        ok &= link.Remote.SetReceiveNotifications(wanted: true);
        ok &= link.Remote.Poll(ref handler, 10) == 5 && link.Remote.Release(handler.Kept);
        ok &= link.Remote.TrySend(1, 2, payload) == RpmsgSendResult.Sent;
        ok &= link.Host.Poll(ref handler, 10) == 1;
        Assert.True(ok);
    }

    private struct KeepingHandler : IRpmsgHandler
    {
        private bool _keeps;

        public RpmsgBuffer Kept { get; private set; }

        public bool OnMessage(nint context, in RpmsgDelivery delivery)
        {
            _keeps = !_keeps;
            Kept = _keeps ? delivery.Buffer : Kept;
            return _keeps;
        }

        public readonly void OnNameService(in NameServiceMessage message)
        {
        }
    }
}
