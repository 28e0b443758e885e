// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Simulation.Tests;

/// <summary>The contract of link doorbells, over a simulated wire.</summary>
public sealed class SimulatedDoorbellTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly SimulatedWire _wire = new();
    private readonly SimulatedHold _hold = new();

    [Fact]
    public void AKickBeforeAWaitEndsItAtOnceAndSeveralAreOne()
    {
        (SimulatedDoorbell host, SimulatedDoorbell remote) = Open();
        host.Kick(0);
        host.Kick(1);
        Assert.Equal(DoorbellEvents.Kicked, remote.Wait(Long));
        Assert.Equal(DoorbellEvents.None, remote.Wait(TimeSpan.Zero));
        remote.Wake();
        Assert.Equal(DoorbellEvents.Woken, remote.Wait(Long));
        Assert.Equal(DoorbellEvents.None, host.Wait(TimeSpan.Zero));
    }

    [Fact]
    public async Task AKickEndsAWaitThatIsUnderWay()
    {
        (SimulatedDoorbell host, SimulatedDoorbell remote) = Open();
        Task<DoorbellEvents> wait = Task.Factory.StartNew(
            () => host.Wait(Timeout.InfiniteTimeSpan),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        remote.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, await wait.WaitAsync(Long, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void WhatIsRungBeforeTheOtherEndIsOpenIsKept()
    {
        SimulatedDoorbell host = _wire.Open(SimulatedSide.Host, _hold);
        host.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, _wire.Open(SimulatedSide.Remote, _hold).Wait(Long));
    }

    [Fact]
    public void TheRemoteSeesTheHostGoForEverAndANewEndSeesTheNextHost()
    {
        (SimulatedDoorbell host, SimulatedDoorbell remote) = Open();
        host.Dispose();
        Assert.Equal(DoorbellEvents.PeerGone, remote.Wait(Long));
        Assert.Equal(DoorbellEvents.PeerGone, remote.Wait(Long));
        remote.Dispose();
        remote.Kick(0);
        host.Wake();
        (host, remote) = Open();
        host.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, remote.Wait(Long));
    }

    [Fact]
    public void TheHostSeesTheProcessorGoOnlyWhenItDoes()
    {
        (SimulatedDoorbell host, SimulatedDoorbell remote) = Open();
        remote.Dispose();
        Assert.Equal(DoorbellEvents.None, host.Wait(TimeSpan.Zero));
        _wire.Cut();
        Assert.Equal(DoorbellEvents.PeerGone, host.Wait(Long));
    }

    [Fact]
    public void WhileItIsHeldTheRemotesEndNeitherWakesNorRings()
    {
        (SimulatedDoorbell host, SimulatedDoorbell remote) = Open();
        _hold.Hold();
        remote.Kick(0);
        Assert.Equal(DoorbellEvents.None, host.Wait(TimeSpan.Zero));
        _hold.Release();
        Assert.Equal(DoorbellEvents.Kicked, host.Wait(Long));
    }

    private (SimulatedDoorbell Host, SimulatedDoorbell Remote) Open()
        => (_wire.Open(SimulatedSide.Host, _hold), _wire.Open(SimulatedSide.Remote, _hold));
}
