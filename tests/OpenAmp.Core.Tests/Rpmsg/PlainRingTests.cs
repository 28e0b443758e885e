// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>What a platform rules out (<see cref="Platform.IPlatform.HasPlainRings"/> and the others) is refused or
/// left out; all else is as everywhere.</summary>
public sealed unsafe class PlainRingTests : IDisposable
{
    private const int EntryCount = 16;

    private readonly GuardedMemory _memory;
    private readonly PlainPlatform _platform;
    private readonly RpmsgLayout _layout;

    public PlainRingTests()
    {
        _layout = new LinkShape().ToLayout(out ulong lengthBytes);
        _memory = new GuardedMemory((nuint)lengthBytes);
        _platform = new PlainPlatform(new TestMachine(new SharedRegion(_memory.Start, lengthBytes, default)));
    }

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void MessagesPassAndNoBufferIsLost()
    {
        using var pair = new EnginePair<PlainPlatform>(new LinkShape(), _layout, _platform, _platform, seed: 5);
        var dice = new Dice(5);
        pair.Run(ref dice, 2000);
        pair.AssertConserved();
        Assert.Equal(0ul, pair.Remote.Engine.SentCount + pair.Remote.Engine.ReceivedCount);
    }

    [Theory]
    [InlineData(RawRing.NextFlag)]
    [InlineData(RawRing.IndirectFlag)]
    public void BufferOfMoreThanOneDescriptorIsCountedAndGoesBack(ushort flag)
    {
        using var workspace = new GuardedMemory(RpmsgDevice.WorkspaceBytes(_layout));
        var ring = new RawRing(_memory.Start + _layout.ToDevice.RingAddress.Value, EntryCount, 4);
        RpmsgSetupResult result = RpmsgDevice.TryCreate(
            _platform, _layout, workspace.Start, out _, out DeviceReceivePort<PlainPlatform> port);
        Assert.Equal(RpmsgSetupResult.Ok, result);
        ring.Describe(0, _layout.ToDevice.PoolAddress.Value, 512, flag, next: 1);
        ring.Describe(1, _layout.ToDevice.PoolAddress.Value + 512, 512, 0);
        ring.AvailEntry(0) = 0;
        ring.AvailIndex = 1;

        Assert.Equal(QueueResult.Taken, port.TryTake(out RpmsgBuffer buffer));
        Assert.True(buffer.Start == null);
        Assert.Equal(1u, port.Faults.BadChains);
        Assert.True(port.GiveBack(buffer));
        port.Flush();

        Assert.Equal(1, ring.UsedIndex);
        Assert.Equal(512u, ring.UsedLength(0));
    }

    [Fact]
    public void LinkThatNegotiatedEventIndexIsRefused()
    {
        RpmsgLayout layout = _layout;
        layout.EventIndex = true;
        using var workspace = new GuardedMemory(RpmsgDevice.WorkspaceBytes(layout));
        Assert.Equal(
            RpmsgSetupResult.EventIndexRuledOut,
            RpmsgDevice.TryCreate(_platform, layout, workspace.Start, out _, out _));
    }
}
