// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>What a program sees of both engines over one memory.</summary>
public sealed unsafe class EngineTests : IDisposable
{
    private readonly Link _link = new Link().ConnectBoth();

    public void Dispose()
    {
        _link.AssertCanaries();
        _link.Dispose();
    }

    /// <summary>C library defect 6.1 #6: a message of 600 bytes left as 496.</summary>
    [Theory]
    [InlineData(497)]
    [InlineData(600)]
    [InlineData(65536)]
    [InlineData(65536 + 16)]
    public void MessageLongerThanABufferIsRefusedAndNotCut(int length)
    {
        byte[] payload = new byte[length];
        Assert.Equal(RpmsgSendResult.TooLong, _link.Host.TrySend(1, 2, payload));
        Assert.Equal(RpmsgSendResult.TooLong, _link.Remote.TrySend(1, 2, payload));
        Assert.Equal(0, _link.ToDevice.AvailIndex);
        Assert.Equal(0, _link.ToDriver.UsedIndex);
        Assert.Equal(0ul, _link.Host.SentCount + _link.Remote.SentCount);
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(1, 2, payload.AsSpan(0, 496)));
        Assert.Equal(0x30000ul, _link.ToDevice.Address(_link.ToDevice.AvailEntry(0)));
    }

    [Fact]
    public void LongestPayloadThatAHeaderCanSayGoesThrough()
    {
        using Link link = new Link(new LinkShape
        {
            SizeToDriver = BufferPool.MaxBufferSizeBytes,
            SizeToDevice = BufferPool.MaxBufferSizeBytes,
            CountToDriver = 2,
            CountToDevice = 2,
        }).ConnectBoth();
        Assert.True(link.Remote.TryCreateEndpointAt(7, 1));
        byte[] payload = new byte[65536];
        new Dice(1).Fill(payload);
        Assert.Equal(RpmsgSendResult.TooLong, link.Host.TrySend(1, 7, payload));
        Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(1, 7, payload.AsSpan(0, 65535)));
        Assert.Equal(1, link.PollRemote());
        Assert.Equal(payload[..65535], Assert.Single(link.RemoteInbox.Messages).Payload);
        link.AssertCanaries();
    }

    [Fact]
    public void EveryBufferIsSentAndThenNoneIsLeftUntilOneComesBack()
    {
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(1, 2, [1]));
            Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TrySend(1, 2, [1]));
        }

        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Host.TrySend(1, 2, [1]));
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TrySend(1, 2, [1]));
        Assert.Equal(1, _link.PollRemote(budget: 1));
        Assert.Equal(1, _link.PollHost(budget: 1));
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(1, 2, [1]));
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TrySend(1, 2, [1]));
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Host.TrySend(1, 2, [1]));
        Assert.Equal(RpmsgSendResult.NoBuffer, _link.Remote.TrySend(1, 2, [1]));
    }

    [Fact]
    public void NamedEndpointIsAnnouncedAndTakenBack()
    {
        Assert.True(_link.Host.TryCreateEndpoint(5, out uint address));
        Assert.True(RpmsgName.TryCreate("service"u8, out RpmsgName name));
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TryAnnounce(name, address, isDestroy: false));
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TryAnnounce(name, address, isDestroy: true));
        Assert.Equal(2, _link.PollRemote());

        List<NameServiceMessage> heard = _link.RemoteInbox.Announcements;
        Assert.Equal([false, true], heard.ConvertAll(static m => m.IsDestroy));
        Assert.All(heard, message => Assert.True(message.Name.IsSameAs(name) && message.Address == address));
    }

    [Fact]
    public void EndpointThatEndedGetsNothingMore()
    {
        Assert.True(_link.Remote.TryCreateEndpointAt(7, 1));
        Assert.False(_link.Remote.TryCreateEndpointAt(7, 2));
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(1, 7, [1]));
        Assert.True(_link.Remote.TryDestroyEndpoint(7));
        Assert.False(_link.Remote.TryDestroyEndpoint(7));
        Assert.Equal(1, _link.PollRemote());
        Assert.Empty(_link.RemoteInbox.Messages);
        Assert.Equal(1u, _link.Remote.UnknownDestinations);
    }

    [Fact]
    public void NameServicesAddressIsNobodyElsesEvenWhenAddressesAreHandedOutFromOne()
    {
        Assert.False(_link.Host.TryCreateEndpointAt(RpmsgAddress.NameService, 1));
        using var memory = new GuardedMemory((nuint)(128 * sizeof(EndpointEntry)));
        var table = new EndpointList((EndpointEntry*)memory.Start, 128, firstDynamic: 1);
        var engine = new RpmsgEngine<
            DriverTransmitPort<TestPlatform>, DriverReceivePort<TestPlatform>, TestPlatform>(
            default, default, default, table, nameService: true);
        for (int i = 0; i < 90; i++)
        {
            Assert.True(engine.TryCreateEndpoint(i, out uint address));
            Assert.NotEqual(RpmsgAddress.NameService, address);
        }
    }

    [Fact]
    public void WithoutNameServiceNothingIsAnnouncedAndItsAddressIsAnyOther()
    {
        using var memory = new GuardedMemory((nuint)(16 * sizeof(EndpointEntry)));
        var table = new EndpointList((EndpointEntry*)memory.Start, 16, RpmsgAddress.FirstDynamic);
        var engine = new RpmsgEngine<
            DriverTransmitPort<TestPlatform>, DriverReceivePort<TestPlatform>, TestPlatform>(
            default, default, default, table, nameService: false);
        Assert.True(RpmsgName.TryCreate("x"u8, out RpmsgName name));
        Assert.Equal(RpmsgSendResult.NoDestination, engine.TryAnnounce(name, 1, isDestroy: false));
        Assert.True(engine.TryCreateEndpointAt(RpmsgAddress.NameService, 1));
    }

    [Fact]
    public void BufferThatAHandlerKeptIsReadableUntilItIsReleasedOnce()
    {
        Assert.True(_link.Remote.TryCreateEndpointAt(7, 1));
        _link.RemoteInbox.KeepsBuffers = true;
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TrySend(1, 7, [1, 2, 3]));
        Assert.Equal(1, _link.PollRemote());
        Assert.Equal(0, _link.ToDevice.UsedIndex);

        RpmsgBuffer buffer = Assert.Single(_link.RemoteInbox.Kept);
        Assert.Equal(2, buffer.Payload[1]);
        Assert.True(_link.Remote.Release(buffer));
        Assert.False(_link.Remote.Release(buffer));
        Assert.Equal(1, _link.ToDevice.UsedIndex);
    }

    /// <summary>C library defect 6.2: lists of released buffers lie in shared memory.</summary>
    [Fact]
    public void ReleasingARentedBufferWritesNothingToSharedMemoryAndItIsTheNextToBeRented()
    {
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TryRent(out RpmsgBuffer host));
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TryRent(out RpmsgBuffer remote));
        byte[] before = _link.Memory.Bytes.ToArray();
        _link.Host.ReleaseRented(host);
        _link.Remote.ReleaseRented(remote);
        Assert.Equal(before, _link.Memory.Bytes.ToArray());

        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TryRent(out RpmsgBuffer hostAgain));
        Assert.Equal(RpmsgSendResult.Sent, _link.Remote.TryRent(out RpmsgBuffer remoteAgain));
        Assert.True(host.Start == hostAgain.Start && remote.Start == remoteAgain.Start);
        Assert.Equal(496u, hostAgain.PayloadCapacityBytes);
        Assert.Equal(496u, remoteAgain.PayloadCapacityBytes);
    }

    [Fact]
    public void RentedBufferIsNotSentTooLongOrToNowhere()
    {
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.TryRent(out RpmsgBuffer buffer));
        Assert.Equal(RpmsgSendResult.TooLong, _link.Host.SendRented(buffer, 1, 2, 497));
        Assert.Equal(RpmsgSendResult.NoDestination, _link.Host.SendRented(buffer, 1, RpmsgAddress.Any, 1));
        Assert.Equal(0, _link.ToDevice.AvailIndex);
        Assert.Equal(RpmsgSendResult.Sent, _link.Host.SendRented(buffer, 1, 2, 496));
    }
}
