// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A link in guarded memory: a host's engine, a remote's engine, or one of them and a test that plays the
/// other on the raw rings. All bytes that nobody has a right to are canaries.</summary>
internal sealed unsafe class Link : IDisposable
{
    public const byte Canary = 0xC5;
    private const int EndpointSlots = 64;

    private readonly GuardedMemory[] _own = new GuardedMemory[4];

    public Link()
        : this(LinkShape.TwoProcess(), 0x80000, 0)
    {
    }

    public Link(LinkShape shape)
        : this(shape.ToLayout(out ulong lengthBytes), lengthBytes, shape.Origin)
    {
    }

    public Link(RpmsgLayout layout, ulong lengthBytes, ulong origin)
    {
        Layout = layout;
        Memory = new GuardedMemory((nuint)lengthBytes);
        Memory.Bytes.Fill(Canary);
        Origin = origin;
        var region = new SharedRegion(Memory.Start, lengthBytes, new DeviceAddress(origin));
        HostMachine = new TestMachine(region);
        RemoteMachine = new TestMachine(region);
        ToDriver = Raw(layout.ToDriver);
        ToDevice = Raw(layout.ToDevice);
        _own[0] = new GuardedMemory(RpmsgDriver.WorkspaceBytes(layout));
        _own[1] = new GuardedMemory(RpmsgDevice.WorkspaceBytes(layout));
        _own[2] = new GuardedMemory((nuint)(EndpointSlots * sizeof(EndpointEntry)));
        _own[3] = new GuardedMemory((nuint)(EndpointSlots * sizeof(EndpointEntry)));
        HostHandler = new RecordingHandler(HostInbox);
        RemoteHandler = new RecordingHandler(RemoteInbox);
    }

    public RpmsgLayout Layout { get; }

    public GuardedMemory Memory { get; }

    /// <summary>Device address of the first byte of <see cref="Memory"/>.</summary>
    public ulong Origin { get; }

    public TestMachine HostMachine { get; }

    public TestMachine RemoteMachine { get; }

    public RawRing ToDriver { get; }

    public RawRing ToDevice { get; }

    public Inbox HostInbox { get; } = new();

    public Inbox RemoteInbox { get; } = new();

    // Fields, since calls on a property of struct type would change a copy.
    public RpmsgEngine<DriverTransmitPort<TestPlatform>, DriverReceivePort<TestPlatform>, TestPlatform> Host;
    public RpmsgEngine<DeviceTransmitPort<TestPlatform>, DeviceReceivePort<TestPlatform>, TestPlatform> Remote;
    public RecordingHandler HostHandler;
    public RecordingHandler RemoteHandler;

    /// <summary>Sets up both sides, the host first, as on a real link.</summary>
    public Link ConnectBoth() => ConnectHost().ConnectRemote();

    public Link ConnectHost()
    {
        var platform = new TestPlatform(HostMachine);
        RpmsgSetupResult result = RpmsgDriver.TryCreate(
            platform, Layout, _own[0].Start, out var transmit, out var receive);
        Assert.Equal(RpmsgSetupResult.Ok, result);
        Host = new(platform, transmit, receive, Table(_own[2]), nameService: true);
        return this;
    }

    public Link ConnectRemote()
    {
        var platform = new TestPlatform(RemoteMachine);
        RpmsgSetupResult result = RpmsgDevice.TryCreate(
            platform, Layout, _own[1].Start, out var transmit, out var receive);
        Assert.Equal(RpmsgSetupResult.Ok, result);
        Remote = new(platform, transmit, receive, Table(_own[3]), nameService: true);
        return this;
    }

    public int PollHost(int budget = 1000) => Host.Poll(ref HostHandler, budget);

    public int PollRemote(int budget = 1000) => Remote.Poll(ref RemoteHandler, budget);

    /// <summary>Where a device address is mapped.</summary>
    public byte* At(ulong address) => Memory.Start + (nuint)(address - Origin);

    /// <summary>Writes a message as a peer's raw bytes, header first.</summary>
    public void WriteMessage(ulong address, uint source, uint destination, ushort length, ReadOnlySpan<byte> payload)
    {
        byte* start = At(address);
        *(uint*)start = source;
        *(uint*)(start + 4) = destination;
        *(uint*)(start + 8) = 0;
        *(ushort*)(start + 12) = length;
        *(ushort*)(start + 14) = 0;
        payload.CopyTo(new Span<byte>(start + 16, payload.Length));
    }

    /// <summary>Checks that every byte outside rings and buffers is as it was.</summary>
    public void AssertCanaries()
    {
        Span<bool> owned = new bool[Memory.LengthBytes];
        foreach (RpmsgDirection direction in new[] { Layout.ToDriver, Layout.ToDevice })
        {
            owned.Slice(Offset(direction.RingAddress), (int)direction.Ring.SizeBytes).Fill(true);
            int poolBytes = (int)direction.BufferSizeBytes * direction.BufferCount;
            owned.Slice(Offset(direction.PoolAddress), poolBytes).Fill(true);
        }

        for (int i = 0; i < owned.Length; i++)
        {
            if (!owned[i] && Memory.Bytes[i] != Canary)
            {
                Assert.Fail($"Byte {i:x} outside rings and buffers is {Memory.Bytes[i]:x2}.");
            }
        }
    }

    public void Dispose()
    {
        Memory.Dispose();
        foreach (GuardedMemory memory in _own)
        {
            memory.Dispose();
        }
    }

    private static EndpointList Table(GuardedMemory memory)
        => new((EndpointEntry*)memory.Start, EndpointSlots, RpmsgAddress.FirstDynamic);

    private int Offset(DeviceAddress address) => (int)(address.Value - Origin);

    private RawRing Raw(in RpmsgDirection direction)
        => new(At(direction.RingAddress.Value), direction.Ring.Size.EntryCount, (int)direction.Ring.AlignmentBytes);
}
