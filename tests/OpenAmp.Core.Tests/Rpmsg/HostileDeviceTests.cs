// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A host's engine against a device that writes what it likes. Each nonsense is counted, hurts nothing else,
/// and the link goes on.</summary>
public sealed unsafe class HostileDeviceTests : IDisposable
{
    private const uint Endpoint = 1024;
    private const ulong FirstReceiveBuffer = 0x10000;

    private readonly Link _link;

    public HostileDeviceTests()
    {
        _link = new Link().ConnectHost();
        Assert.True(_link.Host.TryCreateEndpoint(42, out uint address));
        Assert.Equal(Endpoint, address);
    }

    public void Dispose()
    {
        _link.AssertCanaries();
        _link.Dispose();
    }

    /// <summary>C library defect 6.1 #3.</summary>
    [Theory]
    [InlineData(60000u)]
    [InlineData(256u)]
    [InlineData(0x1_0000u)]
    [InlineData(uint.MaxValue)]
    public void UsedIdOutsideTheRingIsNotDelivered(uint id)
    {
        _link.ToDriver.Return(id, 512);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal(1u, _link.Host.ReceiveFaults.HeadsOutside);
        AssertLinkWorks();
    }

    /// <summary>The second time it names a buffer that this side holds.</summary>
    [Fact]
    public void UsedIdThatCameTwiceIsDeliveredOnce()
    {
        _link.HostInbox.KeepsBuffers = true;
        ushort head = TakeAndWrite([1], 1);
        _link.ToDriver.Return(head, 512);
        _link.ToDriver.Return(head, 512);
        Assert.Equal(2, _link.PollHost());
        _ = Assert.Single(_link.HostInbox.Messages);
        Assert.Equal(1u, _link.Host.ReceiveFaults.HeadsNotOwned);
        Assert.True(_link.Host.Release(_link.HostInbox.Kept[0]));
        _link.HostInbox.KeepsBuffers = false;
        AssertLinkWorks();
    }

    [Fact]
    public void SentBufferThatCameBackTwiceIsOneBuffer()
    {
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, []));
        }

        _link.ToDevice.Return(7, 512);
        _link.ToDevice.Return(7, 512);
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, []));
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Host.TrySend(Endpoint, 9, []));
        Assert.Equal(1u, _link.Host.TransmitFaults.HeadsNotOwned);
    }

    /// <summary>Its length says nothing of a header: nothing in the buffer is believed.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    public void UsedLengthWithoutRoomForAHeaderIsNotDelivered(uint length)
    {
        _link.ToDriver.Return(TakeAndWrite([1, 2], 2), length);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal(1u, _link.Host.ReceiveFaults.BadBuffers);
        AssertLinkWorks();
    }

    [Theory]
    [InlineData(513u)]
    [InlineData(uint.MaxValue)]
    public void UsedLengthBeyondTheBufferIsCutToTheBuffer(uint length)
    {
        _link.ToDriver.Return(TakeAndWrite([7], 1), length);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal([7], Assert.Single(_link.HostInbox.Messages).Payload);
        Assert.Equal(1u, _link.Host.ReceiveFaults.LengthsBeyondBuffer);
        _link.HostInbox.Messages.Clear();
        AssertLinkWorks();
    }

    /// <summary>C library defect 6.1 #5: a length of 2000 in a buffer of 512 was delivered as 2000.</summary>
    [Theory]
    [InlineData(2000, 512u)]
    [InlineData(497, 512u)]
    [InlineData(497, uint.MaxValue)]
    [InlineData(0xFFFF, 512u)]
    [InlineData(4, 19u)]
    [InlineData(1, 16u)]
    public void HeaderLengthBeyondTheBufferIsNotDelivered(int headerLength, uint usedLength)
    {
        _link.ToDriver.Return(TakeAndWrite([1], (ushort)headerLength), usedLength);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal(1u, _link.Host.LengthsBeyondBuffer);
        AssertLinkWorks();
    }

    [Theory]
    [InlineData(496, 512u)]
    [InlineData(0, 16u)]
    public void HeaderLengthThatFillsTheBufferIsDelivered(int headerLength, uint usedLength)
    {
        _link.ToDriver.Return(TakeAndWrite([], (ushort)headerLength), usedLength);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal(headerLength, Assert.Single(_link.HostInbox.Messages).Payload.Length);
    }

    /// <summary>C library defect 6.1 #4: a used length of 0 became the size of the next buffer to send.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void UsedLengthOfASentBufferSaysNothingOfItsSize(uint length)
    {
        byte[] payload = new byte[496];
        for (int i = 0; i < 600; i++)
        {
            Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, payload));
            Assert.True(_link.ToDevice.TryTakeOffered(out ushort head));
            Assert.Equal(512u, _link.ToDevice.Length(head));
            Assert.Equal(496, *(ushort*)(_link.At(_link.ToDevice.Address(head)) + 12));
            _link.ToDevice.Return(head, length);
        }

        Assert.Equal(0ul, _link.Host.TransmitFaults.Total);
    }

    [Fact]
    public void BuffersThatWereNeverSentDoNotComeBack()
    {
        for (uint id = 100; id < 256; id++)
        {
            _link.ToDevice.Return(id, 512);
        }

        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, []));
        }

        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Host.TrySend(Endpoint, 9, []));
        Assert.Equal(156u, _link.Host.TransmitFaults.HeadsNotOwned);
    }

    [Theory]
    [InlineData(257)]
    [InlineData(0x8000)]
    [InlineData(0xFFFF)]
    public void UsedIndexOfTheReceiveRingThatJumpsEndsReceptionAndNothingElse(int index)
    {
        _link.ToDriver.UsedIndex = (ushort)index;
        Assert.Equal(0, _link.PollHost());
        _link.ToDriver.UsedIndex = 1;
        Assert.Equal(0, _link.PollHost());
        Assert.Equal(1u, _link.Host.ReceiveFaults.IndexJumps);
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, [1]));
    }

    [Fact]
    public void UsedIndexOfTheSendRingThatJumpsEndsSendingWhenNoBufferIsLeft()
    {
        _link.ToDevice.UsedIndex = 0x4000;
        RpmsgSendResult result = RpmsgSendResult.Sent;
        for (int i = 0; i < 257 && result == RpmsgSendResult.Sent; i++)
        {
            result = _link.Host.TrySend(Endpoint, 9, [1]);
        }

        Assert.Equal(RpmsgSendResult.Broken, result);
        Assert.Equal(1u, _link.Host.TransmitFaults.IndexJumps);
        _link.ToDevice.UsedIndex = 0;
        Assert.Equal(RpmsgSendResult.Broken, _link.Host.TrySend(Endpoint, 9, [1]));
        _link.ToDriver.Return(TakeAndWrite([1], 1), 512);
        Assert.Equal(1, _link.PollHost());
    }

    [Fact]
    public void DescriptorsThatTheDeviceRewritesMoveNoBuffer()
    {
        for (int i = 0; i < 256; i++)
        {
            _link.ToDevice.Describe(i, 0, uint.MaxValue, 0xFFFF, 0xFFFF);
            _link.ToDriver.Describe(i, 0, uint.MaxValue, 0xFFFF, 0xFFFF);
        }

        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, [0xAB]));
        Assert.Equal(0xAB, *_link.At(0x30010));
        Assert.Equal(RpmsgSendResult.TooLong, _link.Host.TrySend(Endpoint, 9, new byte[497]));
        Assert.True(_link.ToDriver.TryTakeOffered(out ushort head));
        _link.WriteMessage(FirstReceiveBuffer, 9, Endpoint, 1, [5]);
        _link.ToDriver.Return(head, 512);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal([5], Assert.Single(_link.HostInbox.Messages).Payload);
    }

    [Fact]
    public void UnknownDestinationIsCountedAndItsBufferGivenBack()
    {
        foreach (uint destination in new[] { Endpoint + 1, 0u, RpmsgAddress.Any })
        {
            Assert.True(_link.ToDriver.TryTakeOffered(out ushort head));
            _link.WriteMessage(_link.ToDriver.Address(head), 9, destination, 1, [1]);
            _link.ToDriver.Return(head, 512);
        }

        Assert.Equal(3, _link.PollHost());
        Assert.Equal(3u, _link.Host.UnknownDestinations);
        Assert.Equal(256 + 3, _link.ToDriver.AvailIndex);
        Assert.Empty(_link.HostInbox.Messages);
    }

    [Fact]
    public void MessageFromNoAddressIsDeliveredAndCannotBeAnswered()
    {
        Assert.True(_link.ToDriver.TryTakeOffered(out ushort head));
        _link.WriteMessage(FirstReceiveBuffer, RpmsgAddress.Any, Endpoint, 1, [1]);
        _link.ToDriver.Return(head, 512);
        Assert.Equal(1, _link.PollHost());
        uint source = Assert.Single(_link.HostInbox.Messages).Source;
        Assert.Equal(RpmsgAddress.Any, source);
        Assert.Equal(RpmsgSendResult.NoDestination, _link.Host.TrySend(Endpoint, source, [1]));
        Assert.Equal(0, _link.ToDevice.AvailIndex);
    }

    /// <summary>C library defect 6.2: names reach callbacks without their end being forced.</summary>
    [Fact]
    public void AnnouncementWhoseNameDoesNotEndIsCountedAndNotDelivered()
    {
        byte[] payload = Announcement();
        payload.AsSpan(0, 32).Fill((byte)'a');
        Announce(payload, 40, expected: false);
        payload[31] = 0;
        Announce(payload, 40, expected: true);
    }

    [Theory]
    [InlineData(39)]
    [InlineData(41)]
    [InlineData(0)]
    [InlineData(496)]
    public void AnnouncementThatIsNot40BytesLongIsCountedAndNotDelivered(int length)
        => Announce(Announcement(), (ushort)length, expected: false);

    [Fact]
    public void AnnouncementOfNoAddressIsCountedAndNotDelivered()
    {
        byte[] payload = Announcement();
        payload.AsSpan(32, 4).Fill(0xFF);
        Announce(payload, 40, expected: false);
    }

    [Fact]
    public void AnnouncementWithoutANameIsCountedAndNotDelivered()
    {
        byte[] payload = Announcement();
        payload[0] = 0;
        Announce(payload, 40, expected: false);
    }

    [Fact]
    public void FloodOfNonsenseKeepsThePollingThreadNoLongerThanItsBudget()
    {
        for (int i = 0; i < 256; i++)
        {
            _link.ToDriver.Return(60000, 512);
        }

        Assert.Equal(100, _link.PollHost(budget: 100));
        Assert.Equal(100, _link.PollHost(budget: 100));
        Assert.Equal(56, _link.PollHost(budget: 100));
        AssertLinkWorks();
    }

    private static byte[] Announcement()
    {
        byte[] payload = new byte[40];
        Assert.True(RpmsgName.TryCreate("service"u8, out RpmsgName name));
        Assert.True(new NameServiceMessage(name, 77, isDestroy: false).TryWrite(payload));
        return payload;
    }

    private void Announce(byte[] payload, ushort length, bool expected)
    {
        int before = _link.HostInbox.Announcements.Count;
        uint bad = _link.Host.BadAnnouncements;
        Assert.True(_link.ToDriver.TryTakeOffered(out ushort head));
        _link.WriteMessage(_link.ToDriver.Address(head), 77, RpmsgAddress.NameService, length, payload);
        _link.ToDriver.Return(head, 512);
        Assert.Equal(1, _link.PollHost());
        Assert.Equal(before + (expected ? 1 : 0), _link.HostInbox.Announcements.Count);
        Assert.Equal(bad + (expected ? 0u : 1u), _link.Host.BadAnnouncements);
        AssertLinkWorks();
    }

    /// <summary>Takes the next offered buffer and writes a message to the endpoint into it.</summary>
    private ushort TakeAndWrite(byte[] payload, ushort headerLength)
    {
        Assert.True(_link.ToDriver.TryTakeOffered(out ushort head));
        _link.WriteMessage(_link.ToDriver.Address(head), 9, Endpoint, headerLength, payload);
        return head;
    }

    /// <summary>As many messages as go round the rings once pass in both directions.</summary>
    private void AssertLinkWorks()
    {
        _link.HostInbox.Messages.Clear();
        for (int i = 0; i < 300; i++)
        {
            _link.ToDriver.Return(TakeAndWrite([unchecked((byte)i)], 1), 512);
            Assert.Equal(1, _link.PollHost());
            Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(Endpoint, 9, [1]));
            Assert.True(_link.ToDevice.TryTakeOffered(out ushort sent));
            _link.ToDevice.Return(sent, 512);
        }

        Assert.Equal(300, _link.HostInbox.Messages.Count);
        Assert.Equal(new ReceivedMessage(42, 9, Endpoint, []) with { Payload = _link.HostInbox.Messages[0].Payload },
            _link.HostInbox.Messages[0]);
        _link.HostInbox.Messages.Clear();
    }
}
