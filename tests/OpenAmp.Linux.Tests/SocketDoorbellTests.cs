// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed unsafe class SocketDoorbellTests : DoorbellTests
{
    [Fact]
    public void AKickIsOneByteOfOne()
    {
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        using SocketDoorbell doorbell = new(first);
        doorbell.Kick(7);
        doorbell.Kick(uint.MaxValue);
        byte* bytes = stackalloc byte[16];
        Assert.Equal(2, NativeCalls.read((int)second.DangerousGetHandle(), bytes, 16));
        Assert.Equal((1, 1), (bytes[0], bytes[1]));
        second.Dispose();
    }

    [Fact]
    public void AKickOnAFullSocketDoesNotBlockAndIsCounted()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using SocketDoorbell doorbell = (SocketDoorbell)first;
        using LinkDoorbell peer = second;
        int kicks = 0;
        while (doorbell.CoalescedKicks < 10)
        {
            doorbell.Kick(0);
            Assert.True(++kicks < 1_000_000);
        }

        Assert.Equal(DoorbellEvents.Kicked, peer.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void AskingWhetherThePeerIsGoneConsumesNoKick()
    {
        (LinkDoorbell first, LinkDoorbell second) = Pair();
        using SocketDoorbell doorbell = (SocketDoorbell)first;
        second.Kick(0);
        Assert.False(doorbell.IsPeerGone);
        Assert.Equal(DoorbellEvents.Kicked, doorbell.Wait(TimeSpan.Zero));
        second.Dispose();
        Assert.True(doorbell.IsPeerGone);
    }

    [Fact]
    public void AnyNumberOfBytesIsAKick()
    {
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        using SocketDoorbell doorbell = new(first);
        byte* bytes = stackalloc byte[1000];
        Assert.Equal(1000, NativeCalls.write((int)second.DangerousGetHandle(), bytes, 1000));
        int waits = 0;
        while (doorbell.Wait(TimeSpan.Zero) == DoorbellEvents.Kicked)
        {
            Assert.True(++waits <= 1000);
        }

        Assert.True(waits > 0);
        second.Dispose();
    }

    internal override (LinkDoorbell First, LinkDoorbell Second) Pair()
    {
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        return (new SocketDoorbell(first), new SocketDoorbell(second));
    }
}
