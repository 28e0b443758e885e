// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A peer without a thread: it does what a test tells it, when it is told, and nothing else.</summary>
internal abstract unsafe class BarePeer : IDisposable
{
    private readonly TestDoorbell _doorbell;
    private readonly SharedBlock.Owner _memory;

    protected BarePeer(TestDoorbell doorbell, SharedBlock.Owner memory)
    {
        _doorbell = doorbell;
        _memory = memory;
    }

    public TestDoorbell Doorbell => _doorbell;

    public static BarePeer Create(SharedBlock block, VirtioRole role, TestDoorbell doorbell)
    {
        RpmsgLayout layout = block.Layout;
        var platform = new TestPlatform(block.Region, doorbell);
        bool isDriver = role == VirtioRole.Driver;
        nuint size = isDriver ? RpmsgDriver.WorkspaceBytes(layout) : RpmsgDevice.WorkspaceBytes(layout);
        void* workspace = NativeMemory.AlignedAlloc(size, 64);
        if (isDriver)
        {
            Assert.Equal(
                RpmsgSetupResult.Ok,
                RpmsgDriver.TryCreate(platform, layout, (byte*)workspace, out var transmit, out var receive));
            return new BarePeer<DriverTransmitPort<TestPlatform>, DriverReceivePort<TestPlatform>>(
                doorbell, block.DriverOwner, new(platform, transmit), new(platform, receive), workspace);
        }

        Assert.Equal(
            RpmsgSetupResult.Ok,
            RpmsgDevice.TryCreate(platform, layout, (byte*)workspace, out var deviceTransmit, out var deviceReceive));
        return new BarePeer<DeviceTransmitPort<TestPlatform>, DeviceReceivePort<TestPlatform>>(
            doorbell, block.DeviceOwner, new(platform, deviceTransmit), new(platform, deviceReceive), workspace);
    }

    /// <summary>Takes a message and keeps its buffer. Null when there is none.</summary>
    public abstract BareMessage? Take();

    public abstract void GiveBack(BareMessage message);

    public abstract RpmsgSendResult Send(uint source, uint destination, ReadOnlySpan<byte> payload);

    /// <summary>Takes a message and gives its buffer back at once.</summary>
    public BareMessage? Receive()
    {
        BareMessage? message = Take();
        if (message is not null)
        {
            GiveBack(message);
        }

        return message;
    }

    public void Announce(string name, uint address, bool isDestroy = false)
    {
        Assert.True(RpmsgName.TryCreate(Encoding.UTF8.GetBytes(name), out RpmsgName wireName));
        byte[] payload = new byte[NameServiceMessage.SizeBytes];
        Assert.True(new NameServiceMessage(wireName, address, isDestroy).TryWrite(payload));
        Assert.Equal(RpmsgSendResult.Sent, Send(address, RpmsgAddress.NameService, payload));
    }

    /// <summary>Dies without a word.</summary>
    public void Kill() => _doorbell.Kill();

    /// <summary>Frees what it knows of the rings; they are another's from then on.</summary>
    public abstract void Forget();

    public void Dispose()
    {
        _doorbell.Dispose();
        _memory.Dispose();
        Forget();
    }
}
