// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Puts messages into a transmit ring.</summary>
/// <remarks>One owner: every member is called by one thread at a time. Nothing allocates or blocks; a full ring is an
/// answer, and waiting is the caller's affair.</remarks>
/// <typeparam name="TPort">The ring, by virtio role.</typeparam>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct RpmsgTransmitter<TPort, TPlatform>
    where TPort : struct, ITransmitPort
    where TPlatform : struct, IPlatform
{
    // Not readonly: a readonly struct field would be copied at each call.
    private TPort _port;
    private TPlatform _platform;

    /// <summary>Takes the ring.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="port">The ring.</param>
    public RpmsgTransmitter(TPlatform platform, in TPort port)
    {
        _platform = platform;
        _port = port;
    }

    /// <summary>The constructor, in place and at all zeros; <see cref="Port"/> is yet to begin.</summary>
    internal void Begin(TPlatform platform) => _platform = platform;

    /// <summary>Messages sent.</summary>
    public ulong MessageCount { get; private set; }

    /// <summary>Payload bytes sent.</summary>
    public ulong ByteCount { get; private set; }

    /// <summary>What the peer got wrong in the ring.</summary>
    public readonly QueueFaults Faults => _port.Faults;

    /// <summary>Whether the ring is beyond use. Final.</summary>
    public readonly bool IsBroken => _port.IsBroken;

    /// <summary>The ring itself, not a copy.</summary>
    [UnscopedRef]
    public ref TPort Port => ref _port;

    /// <summary>Sends one message: a buffer is taken, filled and queued.</summary>
    /// <param name="source">Address of the sender.</param>
    /// <param name="destination">Address it goes to.</param>
    /// <param name="payload">The payload; it may be empty.</param>
    /// <returns>Anything but <see cref="RpmsgSendResult.Sent"/> changes nothing.</returns>
    public RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        if (destination == RpmsgAddress.Any)
        {
            return RpmsgSendResult.NoDestination;
        }

        if (!_port.TryRent(out RpmsgBuffer buffer))
        {
            return _port.IsBroken ? RpmsgSendResult.Broken : RpmsgSendResult.NoBuffer;
        }

        if (!buffer.HasRoomFor((uint)payload.Length))
        {
            _port.Release(buffer);
            return RpmsgSendResult.TooLong;
        }

        TPlatform.CopyToShared(buffer.Payload, payload);
        Send(buffer, source, destination, (ushort)payload.Length);
        return RpmsgSendResult.Sent;
    }

    /// <summary>Takes a free buffer, to be filled in place.</summary>
    /// <param name="buffer">The buffer; to be given to <see cref="Send"/> or <see cref="Release"/> once.</param>
    /// <returns><see cref="RpmsgSendResult.Sent"/> when there is one, else <see cref="RpmsgSendResult.NoBuffer"/> or
    /// <see cref="RpmsgSendResult.Broken"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RpmsgSendResult TryRent(out RpmsgBuffer buffer)
    {
        if (_port.TryRent(out buffer))
        {
            return RpmsgSendResult.Sent;
        }

        return _port.IsBroken ? RpmsgSendResult.Broken : RpmsgSendResult.NoBuffer;
    }

    /// <summary>Queues a buffer whose payload is in place.</summary>
    /// <param name="buffer">A rented buffer.</param>
    /// <param name="source">Address of the sender.</param>
    /// <param name="destination">Address it goes to; not RPMSG_ADDR_ANY.</param>
    /// <param name="lengthBytes">Length of the payload in bytes, at most the buffer's capacity.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Send(in RpmsgBuffer buffer, uint source, uint destination, ushort lengthBytes)
    {
        // SAFETY: a buffer has room for a header and is aligned to 4. Field by field, for any kind of memory.
        var header = (RpmsgHeader*)buffer.Start;
        header->Source = source;
        header->Destination = destination;
        header->Reserved = 0;
        header->LengthBytes = lengthBytes;
        header->Flags = 0;

        uint messageBytes = unchecked(RpmsgHeader.SizeBytes + (uint)lengthBytes);
        _platform.Clean(buffer.Start, messageBytes);
        _port.Send(buffer, messageBytes);
        if (TPlatform.CountsTraffic)
        {
            MessageCount++;
            ByteCount += lengthBytes;
        }
    }

    /// <summary>Takes back a buffer that will not be sent.</summary>
    /// <param name="buffer">A rented buffer.</param>
    public void Release(in RpmsgBuffer buffer) => _port.Release(buffer);

    /// <summary>Shows the peer what was queued, and rings it if it wants to be rung.</summary>
    public void Flush() => _port.Flush();
}
