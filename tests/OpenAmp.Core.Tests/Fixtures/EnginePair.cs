// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A host's and a remote's engine on machines of any kind, with checked traffic both ways.</summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
internal sealed unsafe class EnginePair<TPlatform> : IDisposable
    where TPlatform : struct, IPlatform
{
    private const int EndpointSlots = 16;

    private readonly GuardedMemory[] _own = new GuardedMemory[4];
    private readonly LinkShape _shape;

    public EnginePair(LinkShape shape, RpmsgLayout layout, TPlatform host, TPlatform remote, ulong seed)
    {
        _shape = shape;
        nuint tableBytes = (nuint)(EndpointSlots * sizeof(EndpointEntry));
        _own[0] = new GuardedMemory(RpmsgDriver.WorkspaceBytes(layout));
        _own[1] = new GuardedMemory(RpmsgDevice.WorkspaceBytes(layout));
        _own[2] = new GuardedMemory(tableBytes);
        _own[3] = new GuardedMemory(tableBytes);
        var toRemote = new Traffic(seed) { KeepsBuffers = true };
        var toHost = new Traffic(~seed) { KeepsBuffers = true };
        Assert.Equal(
            RpmsgSetupResult.Ok,
            RpmsgDriver.TryCreate(host, layout, _own[0].Start, out var hostTransmit, out var hostReceive));
        Assert.Equal(
            RpmsgSetupResult.Ok,
            RpmsgDevice.TryCreate(remote, layout, _own[1].Start, out var remoteTransmit, out var remoteReceive));
        Host = new(
            new(host, hostTransmit, hostReceive, Table(_own[2]), nameService: true),
            toRemote, toHost, (int)shape.SizeToDevice - 16);
        Remote = new(
            new(remote, remoteTransmit, remoteReceive, Table(_own[3]), nameService: true),
            toHost, toRemote, (int)shape.SizeToDriver - 16);
    }

    public EngineSide<DriverTransmitPort<TPlatform>, DriverReceivePort<TPlatform>, TPlatform> Host { get; }

    public EngineSide<DeviceTransmitPort<TPlatform>, DeviceReceivePort<TPlatform>, TPlatform> Remote { get; }

    public void Run(ref Dice dice, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            if (dice.OneIn(2))
            {
                Host.Step(ref dice);
            }
            else
            {
                Remote.Step(ref dice);
            }
        }
    }

    /// <summary>All that is under way arrives, and no buffer is lost.</summary>
    public void AssertConserved()
    {
        Host.LetGo();
        Remote.LetGo();
        while (Host.Poll(64) + Remote.Poll(64) > 0)
        {
        }

        Assert.Equal(0, Host.Outward.UnderWayCount + Remote.Outward.UnderWayCount);
        Assert.Equal(_shape.CountToDevice, Host.CountFree());
        Assert.Equal(_shape.CountToDriver, Remote.CountFree());
        Assert.Equal(0ul, Host.Engine.ReceiveFaults.Total + Host.Engine.TransmitFaults.Total);
        Assert.Equal(0ul, Remote.Engine.ReceiveFaults.Total + Remote.Engine.TransmitFaults.Total);
    }

    public void Dispose()
    {
        foreach (GuardedMemory memory in _own)
        {
            memory.Dispose();
        }
    }

    private static EndpointList Table(GuardedMemory memory)
        => new((EndpointEntry*)memory.Start, EndpointSlots, RpmsgAddress.FirstDynamic);
}
