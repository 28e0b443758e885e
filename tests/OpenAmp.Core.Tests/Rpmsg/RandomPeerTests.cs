// SPDX-License-Identifier: BSD-3-Clause

using System;
using CsCheck;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>An engine against a peer that writes random values all over rings and buffers between any two calls.
/// Every call ends, each entry is accounted for, and nothing is written that is not this side's to write.</summary>
public sealed class RandomPeerTests
{
    private const int Rounds = 400;
    private const int Budget = 7;

    [Fact]
    public void HostOutlivesADeviceThatWritesAnything()
    {
        // [0] delivered, [1] rejected, [2] rings broken.
        long[] seen = new long[3];
        Gen.ULong.Sample(seed => RunHost(seed, seen), iter: 300, threads: 1);
        Assert.All(seen, count => Assert.True(count > 20, $"Seen {string.Join(", ", seen)}: too little."));
    }

    [Fact]
    public void RemoteOutlivesADriverThatWritesAnything()
    {
        long[] seen = new long[3];
        Gen.ULong.Sample(seed => RunRemote(seed, seen), iter: 300, threads: 1);
        Assert.All(seen, count => Assert.True(count > 20, $"Seen {string.Join(", ", seen)}: too little."));
    }

    private static void RunHost(ulong seed, long[] seen)
    {
        var dice = new Dice(seed);
        using Link link = new Link(new LinkShape()).ConnectHost();
        Assert.True(link.Host.TryCreateEndpoint(1, out _));
        var vandal = new Vandal(link, seed);
        long taken = 0;
        for (int i = 0; i < Rounds; i++)
        {
            vandal.Strike(asDevice: true);
            link.HostInbox.KeepsBuffers = dice.OneIn(4);
            taken += CheckedPoll(link.PollHost(Budget));
            _ = link.Host.TrySend(1024, 9, new byte[dice.Below(600)]);
            if (link.Host.TryRent(out RpmsgBuffer rented) == RpmsgSendResult.Sent)
            {
                link.Host.ReleaseRented(rented);
            }

            ReleaseOne(ref dice, link.HostInbox, ref link.Host);
            _ = link.Host.SetReceiveNotifications(dice.OneIn(2));
            AssertUntouched(link, vandal.Mirror);
        }

        Account(link.Host.ReceivedCount, link.HostInbox, taken, link.Host.LengthsBeyondBuffer,
            link.Host.UnknownDestinations, link.Host.BadAnnouncements, link.Host.ReceiveFaults, seen);
    }

    private static void RunRemote(ulong seed, long[] seen)
    {
        var dice = new Dice(seed);
        using var link = new Link(new LinkShape());
        link.Memory.Bytes.Clear();
        _ = link.ConnectRemote();
        Assert.True(link.Remote.TryCreateEndpoint(1, out _));
        var vandal = new Vandal(link, seed);
        long taken = 0;
        for (int i = 0; i < Rounds; i++)
        {
            vandal.Strike(asDevice: false);
            link.RemoteInbox.KeepsBuffers = dice.OneIn(4);
            taken += CheckedPoll(link.PollRemote(Budget));
            _ = link.Remote.TrySend(1024, 9, new byte[dice.Below(600)]);
            if (link.Remote.TryRent(out RpmsgBuffer rented) == RpmsgSendResult.Sent)
            {
                Assert.InRange(rented.LengthBytes, 17u, (uint)link.Memory.LengthBytes);
                link.Remote.ReleaseRented(rented);
            }

            ReleaseOne(ref dice, link.RemoteInbox, ref link.Remote);
            _ = link.Remote.SetReceiveNotifications(dice.OneIn(2));
        }

        Account(link.Remote.ReceivedCount, link.RemoteInbox, taken, link.Remote.LengthsBeyondBuffer,
            link.Remote.UnknownDestinations, link.Remote.BadAnnouncements, link.Remote.ReceiveFaults, seen);
        Assert.Equal(0u, link.Remote.ReceiveFaults.LengthsBeyondBuffer);
    }

    private static int CheckedPoll(int taken)
    {
        Assert.InRange(taken, 0, Budget);
        return taken;
    }

    private static void ReleaseOne<TTransmit, TReceive>(
        ref Dice dice, Inbox inbox, ref RpmsgEngine<TTransmit, TReceive, TestPlatform> engine)
        where TTransmit : struct, ITransmitPort
        where TReceive : struct, IReceivePort
    {
        if (inbox.Kept.Count > 0 && dice.OneIn(2))
        {
            Assert.True(engine.Release(inbox.Kept[0]), "What a handler kept is this side's until it is released.");
            inbox.Kept.RemoveAt(0);
        }
    }

    /// <summary>Each entry that was taken is one that was received or one that a counter names.</summary>
    private static void Account(
        ulong received, Inbox inbox, long taken, uint lengths, uint unknown, uint badNames, in QueueFaults faults,
        long[] seen)
    {
        ulong rejected = (ulong)lengths + faults.HeadsOutside + faults.HeadsNotOwned + faults.BadChains
            + faults.BuffersOutside + faults.BadBuffers;
        Assert.Equal((ulong)taken, received + rejected);
        Assert.Equal(received, (ulong)(inbox.Messages.Count + inbox.Announcements.Count) + unknown + badNames);
        seen[0] += (long)received;
        seen[1] += (long)rejected;
        seen[2] += faults.IndexJumps;
    }

    /// <summary>A driver writes descriptors, available rings and its own send buffers, and nothing else.</summary>
    private static void AssertUntouched(Link link, ReadOnlySpan<byte> mirror)
    {
        ReadOnlySpan<byte> memory = link.Memory.Bytes;
        int sendPool = (int)(link.Layout.ToDevice.PoolAddress.Value - link.Origin);
        int receivePool = (int)(link.Layout.ToDriver.PoolAddress.Value - link.Origin);
        Assert.True(memory[receivePool..sendPool].SequenceEqual(mirror[receivePool..sendPool]), "Receive buffers.");
        foreach (RpmsgDirection direction in new[] { link.Layout.ToDriver, link.Layout.ToDevice })
        {
            int used = (int)(direction.RingAddress.Value - link.Origin + direction.Ring.UsedOffsetBytes);
            int end = (int)(direction.RingAddress.Value - link.Origin + direction.Ring.SizeBytes);
            Assert.True(memory[used..end].SequenceEqual(mirror[used..end]), "A used ring.");
        }

        link.AssertCanaries();
    }
}
