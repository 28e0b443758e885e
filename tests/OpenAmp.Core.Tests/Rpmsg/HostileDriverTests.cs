// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A remote's engine against a driver that writes what it likes. Shared memory ends at guard pages.</summary>
public sealed unsafe class HostileDriverTests : IDisposable
{
    private const uint Endpoint = 1024;
    private const ulong End = 0x80000;

    private readonly Link _link;

    public HostileDriverTests()
    {
        _link = new Link();
        _link.Memory.Bytes[0x4000..0xB000].Clear();
        _ = _link.ConnectRemote();
        Assert.True(_link.Remote.TryCreateEndpoint(42, out uint address));
        Assert.Equal(Endpoint, address);
    }

    public void Dispose() => _link.Dispose();

    [Theory]
    [InlineData(256)]
    [InlineData(60000)]
    public void HeadOutsideTheRingIsCountedAndTheNextIsTaken(int head)
    {
        _link.ToDevice.Offer((ushort)head);
        _link.ToDriver.Offer((ushort)head);
        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(1u, _link.Remote.ReceiveFaults.HeadsOutside);
        AssertLinkWorks();
        Assert.Equal(1u, _link.Remote.TransmitFaults.HeadsOutside);
    }

    [Fact]
    public void SameHeadOfferedTwiceIsTakenOnce()
    {
        _link.ToDriver.Describe(3, 0x10000, 512, RawRing.WriteFlag);
        _link.ToDriver.Offer(3);
        _link.ToDriver.Offer(3);
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TryRent(out RpmsgBuffer buffer));
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TryRent(out _));
        Assert.Equal(1u, _link.Remote.TransmitFaults.HeadsNotOwned);
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.SendRented(buffer, Endpoint, 9, 0));
        AssertLinkWorks();
    }

    [Fact]
    public void IndicesThatJumpEndTheirRing()
    {
        _link.ToDevice.AvailIndex = 257;
        _link.ToDriver.AvailIndex = 0xFFFF;
        Assert.Equal(0, _link.PollRemote());
        Assert.Equal(RpmsgSendResult.Broken, _link.Remote.TrySend(Endpoint, 9, [1]));
        Assert.Equal(0, _link.PollRemote());
        Assert.Equal(RpmsgSendResult.Broken, _link.Remote.TryRent(out _));
        Assert.Equal(1u, _link.Remote.ReceiveFaults.IndexJumps);
        Assert.Equal(1u, _link.Remote.TransmitFaults.IndexJumps);
    }

    [Theory]
    [InlineData(End, 512u)]
    [InlineData(End - 511, 512u)]
    [InlineData(End - 512, 513u)]
    [InlineData(ulong.MaxValue - 3, 512u)]
    [InlineData(ulong.MaxValue - 511, 512u)]
    [InlineData(0x1_0000_0000ul, 512u)]
    [InlineData(0x10000ul, uint.MaxValue)]
    [InlineData(0x8000_0000_0000_0000ul, 512u)]
    public void BufferOutsideSharedMemoryIsNeitherReadNorWritten(ulong address, uint length)
    {
        _link.ToDevice.Describe(1, address, length, 0);
        _link.ToDevice.Offer(1);
        _link.ToDriver.Describe(1, address, length, RawRing.WriteFlag);
        _link.ToDriver.Offer(1);

        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TrySend(Endpoint, 9, [1]));

        Assert.Equal(1u, _link.Remote.ReceiveFaults.BuffersOutside);
        Assert.Equal(1u, _link.Remote.TransmitFaults.BuffersOutside);
        Assert.True(_link.ToDevice.TryTakeReturned(out uint id, out _), "A buffer to be read goes back.");
        Assert.Equal(1u, id);
        Assert.False(_link.ToDriver.TryTakeReturned(out _, out _), "A buffer without a message never does.");
        AssertLinkWorks();
    }

    [Fact]
    public void BufferThatEndsWhereSharedMemoryEndsIsGood()
    {
        _link.WriteMessage(End - 20, 9, Endpoint, 4, [1, 2, 3, 4]);
        _link.ToDevice.Describe(1, End - 20, 20, 0);
        _link.ToDevice.Offer(1);
        Assert.Equal(1, _link.PollRemote());
        Assert.Equal([1, 2, 3, 4], Assert.Single(_link.RemoteInbox.Messages).Payload);

        _link.ToDriver.Describe(1, End - 20, 20, RawRing.WriteFlag);
        _link.ToDriver.Offer(1);
        Assert.Equal(RpmsgSendResult.TooLong, _link.Remote.TrySend(Endpoint, 9, [1, 2, 3, 4, 5]));
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TrySend(Endpoint, 9, [1, 2, 3, 4]));
        Assert.Equal(0ul, _link.Remote.ReceiveFaults.Total + _link.Remote.TransmitFaults.Total);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    public void BufferWithoutRoomForAHeaderIsRefused(uint length)
        => AssertBadBuffer(0x10000, length, RawRing.WriteFlag, 0);

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    public void BufferThatIsNotAlignedTo4IsRefused(uint offset)
        => AssertBadBuffer(0x10000 + offset, 512, RawRing.WriteFlag, 0);

    [Fact]
    public void BufferOfTheWrongDirectionIsRefused() => AssertBadBuffer(0x10000, 512, 0, RawRing.WriteFlag);

    [Theory]
    [InlineData(RawRing.NextFlag, 1)]
    [InlineData(RawRing.NextFlag, 2)]
    [InlineData(RawRing.NextFlag, 60000)]
    [InlineData(RawRing.IndirectFlag, 0)]
    [InlineData(RawRing.IndirectFlag | RawRing.NextFlag, 2)]
    public void ChainThatIsNotOneBufferIsRefused(int flags, int next)
    {
        // Descriptor 2 is good; a table of descriptors at 0x10000 holds canaries only.
        _link.ToDevice.Describe(1, 0x10000, 512, (ushort)flags, (ushort)next);
        _link.ToDevice.Describe(2, 0x10000, 512, 0);
        _link.ToDevice.Offer(1);
        _link.ToDriver.Describe(1, 0x10000, 512, (ushort)(flags | RawRing.WriteFlag), (ushort)next);
        _link.ToDriver.Describe(2, 0x10000, 512, RawRing.WriteFlag);
        _link.ToDriver.Offer(1);

        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TrySend(Endpoint, 9, [1]));

        QueueFaults receive = _link.Remote.ReceiveFaults;
        Assert.Equal(1u, receive.BadChains + receive.BuffersOutside);
        Assert.Equal(1ul, receive.Total);
        Assert.Equal(1ul, _link.Remote.TransmitFaults.Total);
        AssertLinkWorks();
    }

    [Fact]
    public void MessageInAnIndirectTableOfOneIsDelivered()
    {
        new RawRing(_link.At(0x20000), 1, 4).Describe(0, 0x10000, 512, 0);
        _link.WriteMessage(0x10000, 9, Endpoint, 2, [1, 2]);
        _link.ToDevice.Describe(1, 0x20000, 16, RawRing.IndirectFlag);
        _link.ToDevice.Offer(1);
        Assert.Equal(1, _link.PollRemote());
        Assert.Equal([1, 2], Assert.Single(_link.RemoteInbox.Messages).Payload);
    }

    /// <summary>C library defect 6.1 #5; and a Linux driver's descriptor is only as long as its message.</summary>
    [Theory]
    [InlineData(512u, 2000, false)]
    [InlineData(512u, 497, false)]
    [InlineData(20u, 5, false)]
    [InlineData(20u, 4, true)]
    [InlineData(16u, 0, true)]
    public void MessageIsDeliveredOnlyWhenItsDescriptorHoldsIt(uint descriptorLength, int headerLength, bool expected)
    {
        _link.WriteMessage(0x10000, 9, Endpoint, (ushort)headerLength, []);
        _link.ToDevice.Describe(1, 0x10000, descriptorLength, 0);
        _link.ToDevice.Offer(1);
        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(expected ? 1 : 0, _link.RemoteInbox.Messages.Count);
        Assert.Equal(expected ? 0u : 1u, _link.Remote.LengthsBeyondBuffer);
        Assert.True(_link.ToDevice.TryTakeReturned(out _, out uint returned));
        Assert.Equal(descriptorLength, returned);
        AssertLinkWorks();
    }

    /// <summary>What a driver writes into its descriptors after an offer was taken changes nothing.</summary>
    [Fact]
    public void BufferThatIsRentedStaysWhereItWas()
    {
        _link.ToDriver.Describe(1, 0x10000, 512, RawRing.WriteFlag);
        _link.ToDriver.Offer(1);
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TryRent(out RpmsgBuffer buffer));
        _link.ToDriver.Describe(1, End, 16, 0);
        Assert.Equal(RpmsgSendResult.TooLong, _link.Remote.SendRented(buffer, Endpoint, 9, 497));
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.SendRented(buffer, Endpoint, 9, 496));
        Assert.True(_link.ToDriver.TryTakeReturned(out _, out uint length));
        Assert.Equal(512u, length);
        Assert.Equal(Endpoint, *(uint*)_link.At(0x10000));
    }

    private void AssertBadBuffer(ulong address, uint length, ushort transmitFlags, ushort receiveFlags)
    {
        _link.ToDevice.Describe(1, address, length, receiveFlags);
        _link.ToDevice.Offer(1);
        _link.ToDriver.Describe(1, address, length, transmitFlags);
        _link.ToDriver.Offer(1);
        byte[] before = _link.Memory.Bytes[0x10000..].ToArray();

        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TrySend(Endpoint, 9, [1]));

        Assert.Equal(1u, _link.Remote.ReceiveFaults.BadBuffers);
        Assert.Equal(1ul, _link.Remote.ReceiveFaults.Total);
        Assert.Equal(1u, _link.Remote.TransmitFaults.BadBuffers);
        Assert.Equal(1ul, _link.Remote.TransmitFaults.Total);
        Assert.Equal(before, _link.Memory.Bytes[0x10000..].ToArray());
        AssertLinkWorks();
    }

    /// <summary>Messages pass in both directions, more than a ring has entries.</summary>
    private void AssertLinkWorks()
    {
        _link.RemoteInbox.Messages.Clear();
        while (_link.ToDevice.TryTakeReturned(out _, out _) || _link.ToDriver.TryTakeReturned(out _, out _))
        {
        }

        for (int i = 0; i < 300; i++)
        {
            _link.WriteMessage(0x30000, 9, Endpoint, 1, [unchecked((byte)i)]);
            _link.ToDevice.Describe(5, 0x30000, 17, 0);
            _link.ToDevice.Offer(5);
            Assert.Equal(1, _link.PollRemote());
            Assert.Equal([unchecked((byte)i)], _link.RemoteInbox.Messages[^1].Payload);
            Assert.True(_link.ToDevice.TryTakeReturned(out uint id, out _));
            Assert.Equal(5u, id);

            _link.ToDriver.Describe(6, 0x12000, 512, RawRing.WriteFlag);
            _link.ToDriver.Offer(6);
            Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TrySend(Endpoint, 9, [unchecked((byte)i)]));
            Assert.True(_link.ToDriver.TryTakeReturned(out id, out _));
            Assert.Equal(6u, id);
            Assert.Equal(unchecked((byte)i), *_link.At(0x12010));
        }

        _link.RemoteInbox.Messages.Clear();
    }
}
