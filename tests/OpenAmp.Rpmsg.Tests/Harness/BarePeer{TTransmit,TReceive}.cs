// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A bare peer in one virtio role.</summary>
internal sealed unsafe class BarePeer<TTransmit, TReceive>(
    TestDoorbell doorbell,
    SharedBlock.Owner memory,
    RpmsgTransmitter<TTransmit, TestPlatform> transmitter,
    RpmsgReceiver<TReceive, TestPlatform> receiver,
    void* workspace) : BarePeer(doorbell, memory)
    where TTransmit : struct, ITransmitPort
    where TReceive : struct, IReceivePort
{
    private readonly void* _workspace = workspace;
    private RpmsgTransmitter<TTransmit, TestPlatform> _transmitter = transmitter;
    private RpmsgReceiver<TReceive, TestPlatform> _receiver = receiver;

    public override BareMessage? Take()
        => _receiver.TryReceive(out RpmsgDelivery delivery) == RpmsgReceiveResult.Message
            ? new BareMessage(delivery.Buffer, delivery.Source, delivery.Destination, delivery.Payload.ToArray())
            : null;

    public override void GiveBack(BareMessage message)
    {
        Assert.True(_receiver.GiveBack(message.Buffer));
        _receiver.Flush();
    }

    public override RpmsgSendResult Send(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        RpmsgSendResult result = _transmitter.TrySend(source, destination, payload);
        _transmitter.Flush();
        return result;
    }

    public override void Forget() => NativeMemory.AlignedFree(_workspace);
}
