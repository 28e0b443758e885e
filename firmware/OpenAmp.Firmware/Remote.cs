// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <summary>A remote processor's link with its host, as its firmware sees it.</summary>
/// <remarks>
/// <para>There is one, and it is handed to the firmware by reference: do not copy it. Nothing allocates.</para>
/// <para>An endpoint is one bit: <see cref="Offer"/> gives addresses from 1024 to 1055, <see cref="Open"/> those from 0
/// to 31 that the firmware and its host have agreed on.</para>
/// </remarks>
/// <typeparam name="TBoard">The board.</typeparam>
public unsafe partial struct Remote<TBoard>
    where TBoard : struct, IBoard
{
    private const uint EndpointCount = 32;

    private RpmsgTransmitter<DeviceTransmitPort<BoardPlatform<TBoard>>, BoardPlatform<TBoard>> _transmitter;
    private RpmsgReceiver<DeviceReceivePort<BoardPlatform<TBoard>>, BoardPlatform<TBoard>> _receiver;
    private VdevRegisters _vdev;

    // Bit n: an endpoint has address 1024 + n, or n.
    private uint _offered;
    private uint _opened;
    private uint _offeredCount;
    private uint _shutdownAddress;
    private bool _isEnding;

    /// <summary>Whether the host drives the link. When it no longer does, messages are neither sent nor received.
    /// </summary>
    public readonly bool IsUp => _vdev.IsDriven;

    /// <summary>Messages to addresses that no endpoint has, modulo 2^32; given back unread.</summary>
    public uint UnknownDestinations { get; private set; }

    /// <summary>What the host got wrong: buffers and messages that were refused, modulo 2^32.</summary>
    public readonly uint HostFaults
        => (uint)_transmitter.Faults.Total + (uint)_receiver.Faults.Total + _receiver.LengthsBeyondBuffer;

    /// <summary>Creates an endpoint and announces it to the host. Panics when there are 32 already.</summary>
    /// <param name="name">The service, at most 31 bytes of UTF-8.</param>
    /// <returns>The endpoint's address: the destination of its messages. No address is given twice in a link.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint Offer(ReadOnlySpan<byte> name)
    {
        uint number = _offeredCount++;
        if (number >= EndpointCount)
        {
            Panic.Because(PanicCause.IndexOutOfRange);
        }

        _offered |= 1u << (int)number;
        uint address = RpmsgAddress.FirstDynamic + number;
        Announce(name, address, isDestroy: false);
        return address;
    }

    /// <summary>Creates an endpoint at a fixed address, without announcing it.</summary>
    /// <param name="address">The address, below 32.</param>
    public void Open(uint address) => _opened |= 1u << (int)address;

    /// <summary>Tells the host that an offered endpoint has ceased, and destroys it.</summary>
    /// <param name="name">The service it was offered as.</param>
    /// <param name="address">Its address.</param>
    public void Withdraw(ReadOnlySpan<byte> name, uint address)
    {
        _offered &= ~(1u << (int)(address - RpmsgAddress.FirstDynamic));
        Announce(name, address, isDestroy: true);
    }

    /// <summary>Destroys an endpoint at a fixed address.</summary>
    /// <param name="address">The address, below 32.</param>
    public void Close(uint address) => _opened &= ~(1u << (int)address);

    /// <summary>Announces an endpoint again, under its address: to a host that has destroyed its own end and may come
    /// back, or after <see cref="Withdraw"/>.</summary>
    /// <param name="name">The service.</param>
    /// <param name="address">An address that <see cref="Offer"/> gave, or one that was opened.</param>
    public void Renew(ReadOnlySpan<byte> name, uint address)
    {
        uint number = address - RpmsgAddress.FirstDynamic;
        _offered |= number < EndpointCount ? 1u << (int)number : 0;
        Announce(name, address, isDestroy: false);
    }

    /// <summary>Asks the host to ring, or not, when it gives a transmit buffer back: for programs that wait for one
    /// without <see cref="Send"/>.</summary>
    /// <param name="wanted">Whether to ring.</param>
    /// <returns>Whether there is a buffer already.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool AskForBuffers(bool wanted) => _transmitter.Port.SetNotifications(wanted);

    /// <summary>Sends a message if there is a buffer for it.</summary>
    /// <param name="source">Address of the endpoint that sends.</param>
    /// <param name="destination">Address on the host.</param>
    /// <param name="payload">The message.</param>
    /// <returns>What came of it.</returns>
    public RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        RpmsgSendResult result = _transmitter.TrySend(source, destination, payload);
        _transmitter.Flush();
        return result;
    }

    /// <summary>Sends a message, sleeping until the host gives a buffer back if it has them all.</summary>
    /// <param name="source">Address of the endpoint that sends.</param>
    /// <param name="destination">Address on the host.</param>
    /// <param name="payload">The message.</param>
    /// <returns>What came of it; <see cref="RpmsgSendResult.NoBuffer"/> only when the link went down meanwhile.
    /// </returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RpmsgSendResult Send(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            RpmsgSendResult result = TrySend(source, destination, payload);
            if (result != RpmsgSendResult.NoBuffer || !WaitForBuffer())
            {
                return result;
            }
        }
    }

    /// <summary>Answers a message, as <see cref="Send"/> does: from the endpoint it came to, to the one it came from.
    /// </summary>
    /// <param name="message">The message that is answered.</param>
    /// <param name="payload">The answer.</param>
    /// <returns>What came of it.</returns>
    public RpmsgSendResult Reply(in RpmsgDelivery message, ReadOnlySpan<byte> payload)
        => Send(message.Destination, message.Source, payload);

    /// <summary>Ends the firmware when the message at hand has been dealt with: it sleeps until it is stopped.
    /// </summary>
    public void End() => _isEnding = true;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Announce(ReadOnlySpan<byte> name, uint address, bool isDestroy)
    {
        if (!_vdev.HasNameService)
        {
            return;
        }

        Announcement message = default;
        name.CopyTo(new Span<byte>(&message, RpmsgName.SizeBytes - 1));
        message.Address = address;
        message.Flags = isDestroy ? 1u : 0u;
        _ = Send(address, RpmsgAddress.NameService, new ReadOnlySpan<byte>(&message, sizeof(Announcement)));
    }

    /// <summary>Sleeps until the host gives a transmit buffer back. False when the link went down.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WaitForBuffer()
    {
        while (!_transmitter.Port.SetNotifications(wanted: true) && _vdev.IsDriven)
        {
            TBoard.Sleep();
        }

        _ = _transmitter.Port.SetNotifications(wanted: false);
        return _vdev.IsDriven;
    }
}
