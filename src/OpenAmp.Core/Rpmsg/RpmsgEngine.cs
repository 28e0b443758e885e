// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Rpmsg;

/// <summary>One whole side of a link for a program with one thread: endpoints, name service, sending, receiving.
/// </summary>
/// <remarks>
/// <para>The host's and the remote's engine are the same code over the ports of their role: see
/// <see cref="RpmsgDriver"/> and <see cref="RpmsgDevice"/>.</para>
/// <para>One thread at a time. Nothing allocates or blocks. The peer's nonsense is counted and stepped over.</para>
/// </remarks>
/// <typeparam name="TTransmit">The ring for sending.</typeparam>
/// <typeparam name="TReceive">The ring for receiving.</typeparam>
/// <typeparam name="TPlatform">The machine.</typeparam>
public struct RpmsgEngine<TTransmit, TReceive, TPlatform>
    where TTransmit : struct, ITransmitPort
    where TReceive : struct, IReceivePort
    where TPlatform : struct, IPlatform
{
    private RpmsgTransmitter<TTransmit, TPlatform> _transmitter;
    private RpmsgReceiver<TReceive, TPlatform> _receiver;
    private EndpointList _endpoints;
    private bool _nameService;

    /// <summary>Puts an engine together.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="transmit">The ring for sending.</param>
    /// <param name="receive">The ring for receiving.</param>
    /// <param name="endpoints">An empty list.</param>
    /// <param name="nameService">Whether VIRTIO_RPMSG_F_NS was negotiated.</param>
    public RpmsgEngine(
        TPlatform platform,
        in TTransmit transmit,
        in TReceive receive,
        in EndpointList endpoints,
        bool nameService)
    {
        _transmitter = new(platform, transmit);
        _receiver = new(platform, receive);
        _endpoints = endpoints;
        _nameService = nameService;
    }

    /// <summary>Messages to addresses that no endpoint has; given back unread.</summary>
    public uint UnknownDestinations { get; private set; }

    /// <summary>Messages to the name service that were none.</summary>
    public uint BadAnnouncements { get; private set; }

    /// <summary>Messages whose header claimed more than their buffer holds.</summary>
    public readonly uint LengthsBeyondBuffer => _receiver.LengthsBeyondBuffer;

    /// <summary>Messages sent, announcements included.</summary>
    public readonly ulong SentCount => _transmitter.MessageCount;

    /// <summary>Messages received, announcements included.</summary>
    public readonly ulong ReceivedCount => _receiver.MessageCount;

    /// <summary>What the peer got wrong in the ring for sending.</summary>
    public readonly Virtio.QueueFaults TransmitFaults => _transmitter.Faults;

    /// <summary>What the peer got wrong in the ring for receiving.</summary>
    public readonly Virtio.QueueFaults ReceiveFaults => _receiver.Faults;

    /// <summary>Whether a ring is beyond use: the peer's index jumped. Final.</summary>
    public readonly bool IsBroken => _transmitter.IsBroken || _receiver.IsBroken;

    /// <summary>Creates an endpoint at the next free address.</summary>
    /// <param name="context">What its messages come with.</param>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/> when there is no room for another.</returns>
    public bool TryCreateEndpoint(nint context, out uint address)
    {
        bool created = _endpoints.TryAllocate(context, out address);
        if (created && _nameService && address == RpmsgAddress.NameService)
        {
            // Where addresses are handed out from 1, its turn comes too. The next in turn is another.
            _ = _endpoints.TryRemove(address);
            created = _endpoints.TryAllocate(context, out address);
        }

        return created;
    }

    /// <summary>Creates an endpoint at a fixed address.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="context">What its messages come with.</param>
    /// <returns><see langword="false"/> when the address is taken, is the name service's while that is in use, or
    /// there is no room.</returns>
    public bool TryCreateEndpointAt(uint address, nint context)
        => !(_nameService && address == RpmsgAddress.NameService) && _endpoints.TryAdd(address, context);

    /// <summary>Ends an endpoint: from now on its messages are counted as unknown.</summary>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/> when there is none.</returns>
    public bool TryDestroyEndpoint(uint address) => _endpoints.TryRemove(address);

    /// <summary>Tells the peer that an endpoint with a name came to be, or ceased.</summary>
    /// <param name="name">The service: at most 31 bytes of UTF-8, up to the first zero.</param>
    /// <param name="address">The endpoint's address.</param>
    /// <param name="isDestroy">Whether it ceased.</param>
    /// <returns>As for <see cref="TrySend"/>; <see cref="RpmsgSendResult.NoDestination"/> when the name service was
    /// not negotiated, <see cref="RpmsgSendResult.TooLong"/> when the name is.</returns>
    public unsafe RpmsgSendResult TryAnnounce(ReadOnlySpan<byte> name, uint address, bool isDestroy)
    {
        if (!_nameService)
        {
            return RpmsgSendResult.NoDestination;
        }

        int length = NulTerminated.LengthOf(name);
        if (length >= RpmsgName.SizeBytes)
        {
            return RpmsgSendResult.TooLong;
        }

        byte* payload = stackalloc byte[NameServiceMessage.SizeBytes];
        NameServiceMessage.Write(payload, name[..length], address, isDestroy);
        return TrySend(address, RpmsgAddress.NameService, new(payload, NameServiceMessage.SizeBytes));
    }

    /// <summary>Sends a message and shows it to the peer.</summary>
    /// <param name="source">Address of the sender, of an endpoint or not (off-channel).</param>
    /// <param name="destination">Address it goes to.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>Anything but <see cref="RpmsgSendResult.Sent"/> changes nothing.</returns>
    public RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        RpmsgSendResult result = _transmitter.TrySend(source, destination, payload);
        if (result == RpmsgSendResult.Sent)
        {
            _transmitter.Flush();
        }

        return result;
    }

    /// <summary>Takes a buffer to be filled in place.</summary>
    /// <param name="buffer">The buffer; to be given to <see cref="SendRented"/> or <see cref="ReleaseRented"/>
    /// once.</param>
    /// <returns>Whether there is one.</returns>
    public RpmsgSendResult TryRent(out RpmsgBuffer buffer) => _transmitter.TryRent(out buffer);

    /// <summary>Sends a buffer whose payload is in place, and shows it to the peer.</summary>
    /// <param name="buffer">A rented buffer.</param>
    /// <param name="source">Address of the sender.</param>
    /// <param name="destination">Address it goes to.</param>
    /// <param name="lengthBytes">Length of the payload, in bytes.</param>
    /// <returns><see cref="RpmsgSendResult.TooLong"/> or <see cref="RpmsgSendResult.NoDestination"/>, and the buffer
    /// stays rented, when the message cannot be.</returns>
    public RpmsgSendResult SendRented(in RpmsgBuffer buffer, uint source, uint destination, ushort lengthBytes)
    {
        if (destination == RpmsgAddress.Any)
        {
            return RpmsgSendResult.NoDestination;
        }

        if (lengthBytes > buffer.PayloadCapacityBytes)
        {
            return RpmsgSendResult.TooLong;
        }

        _transmitter.Send(buffer, source, destination, lengthBytes);
        _transmitter.Flush();
        return RpmsgSendResult.Sent;
    }

    /// <summary>Takes back a rented buffer that will not be sent.</summary>
    /// <param name="buffer">A rented buffer.</param>
    public void ReleaseRented(in RpmsgBuffer buffer) => _transmitter.Release(buffer);

    /// <summary>Gives back a received buffer that a handler kept.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns><see langword="false"/> when this side does not hold it.</returns>
    public bool Release(in RpmsgBuffer buffer)
    {
        bool held = _receiver.GiveBack(buffer);
        _receiver.Flush();
        return held;
    }

    /// <summary>Receives what is there, up to a number of messages.</summary>
    /// <typeparam name="THandler">The program.</typeparam>
    /// <param name="handler">The program.</param>
    /// <param name="budget">How many entries to take at most, so that a flood cannot keep the thread.</param>
    /// <returns>How many entries were taken, nonsense included; 0 when there was nothing.</returns>
    public int Poll<THandler>(ref THandler handler, int budget)
        where THandler : struct, IRpmsgHandler
    {
        int taken = 0;
        for (; taken < budget; taken = unchecked(taken + 1))
        {
            RpmsgReceiveResult result = _receiver.TryReceive(out RpmsgDelivery delivery);
            bool kept = false;
            if (result == RpmsgReceiveResult.Message)
            {
                kept = Dispatch(ref handler, delivery);
            }
            else if (result != RpmsgReceiveResult.Rejected)
            {
                break;
            }

            if (delivery.HoldsBuffer && !kept)
            {
                _ = _receiver.GiveBack(delivery.BufferPlace);
            }
        }

        _receiver.Flush();
        return taken;
    }

    /// <summary>Asks to be told, or not, of new messages.</summary>
    /// <param name="wanted">Whether to be told.</param>
    /// <returns>Whether there is a message already: then poll, and do not sleep.</returns>
    public bool SetReceiveNotifications(bool wanted) => _receiver.Port.SetNotifications(wanted);

    /// <summary>Asks to be told, or not, of transmit buffers that the peer gives back.</summary>
    /// <param name="wanted">Whether to be told.</param>
    /// <returns>Whether there is one already: then send, and do not sleep.</returns>
    public bool SetTransmitNotifications(bool wanted) => _transmitter.Port.SetNotifications(wanted);

    /// <summary>The ring for sending, where it lies.</summary>
    [UnscopedRef]
    internal ref TTransmit TransmitPort => ref _transmitter.Port;

    /// <summary>The ring for receiving, where it lies.</summary>
    [UnscopedRef]
    internal ref TReceive ReceivePort => ref _receiver.Port;

    /// <summary>The constructor, in place and at all zeros; the ports are yet to begin.</summary>
    internal void Begin(TPlatform platform, in EndpointList endpoints, bool nameService)
    {
        _transmitter.Begin(platform);
        _receiver.Begin(platform);
        _endpoints = endpoints;
        _nameService = nameService;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Dispatch<THandler>(ref THandler handler, in RpmsgDelivery delivery)
        where THandler : struct, IRpmsgHandler
    {
        if (_nameService && delivery.Destination == RpmsgAddress.NameService)
        {
            if (THandler.HearsNameService)
            {
                DispatchAnnouncement(ref handler, delivery);
            }

            return false;
        }

        if (_endpoints.TryFind(delivery.Destination, out nint context))
        {
            return handler.OnMessage(context, delivery);
        }

        UnknownDestinations = unchecked(UnknownDestinations + 1);
        return false;
    }

    private unsafe void DispatchAnnouncement<THandler>(ref THandler handler, in RpmsgDelivery delivery)
        where THandler : struct, IRpmsgHandler
    {
        if (NameServiceMessage.TryRead(delivery.Buffer.Payload, delivery.LengthBytes, out NameServiceMessage message))
        {
            handler.OnNameService(message);
        }
        else
        {
            BadAnnouncements = unchecked(BadAnnouncements + 1);
        }
    }
}
