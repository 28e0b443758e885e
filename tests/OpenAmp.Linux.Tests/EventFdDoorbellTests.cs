// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class EventFdDoorbellTests : DoorbellTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public Task TwoProcessesExchangeEventfdsAndADeathIsSeenWithin100Milliseconds()
        => Deaths.AreSeenInTimeAsync(DeathOfAPeerAsync);

    private static async Task<TimeSpan> DeathOfAPeerAsync()
    {
        using MeetingPlace place = new();
        using Socket listener = Sockets.Listen(place.SocketPath);
        using OtherProcess other = OtherProcess.Start("eventfd-echo", place.SocketPath);
        using EventFdDoorbell doorbell = EventFdDoorbell.Negotiate(await Sockets.AcceptAsync(listener), Limit);
        for (int round = 0; round < 1_000; round++)
        {
            doorbell.Kick(0);
            Assert.Equal(DoorbellEvents.Kicked, doorbell.Wait(Limit));
        }

        return await Deaths.TimeAsync(other, doorbell);
    }

    [Fact]
    public unsafe void NegotiationFailsInTimeAndClosesAllWhenThePeerIsSilentOrSpeaksAnother()
    {
        int before = MeetingPlace.SettledDescriptors;
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        Assert.Throws<TimeoutException>(() => EventFdDoorbell.Negotiate(first, TimeSpan.FromMilliseconds(5)));
        second.Dispose();

        (first, second) = Sockets.Pair();
        byte kick = 1;
        Assert.Equal(1, NativeCalls.write((int)second.DangerousGetHandle(), &kick, 1));
        Assert.Contains("has 1 bytes and 0 descriptors",
            Assert.Throws<IOException>(() => EventFdDoorbell.Negotiate(first, Limit)).Message,
            StringComparison.Ordinal);
        second.Dispose();

        (first, second) = Sockets.Pair();
        second.Dispose();
        Assert.Throws<IOException>(() => EventFdDoorbell.Negotiate(first, Limit));
        MeetingPlace.AssertOpenDescriptors(before);
    }

    internal override (LinkDoorbell First, LinkDoorbell Second) Pair()
    {
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        EventFd forFirst = new();
        EventFd forSecond = new();
        return (new EventFdDoorbell(forFirst, forSecond.Duplicate(), first),
            new EventFdDoorbell(forSecond, forFirst.Duplicate(), second));
    }
}
