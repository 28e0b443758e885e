// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Takes messages out of a receive ring.</summary>
/// <remarks>Two owners at most: one takes (<see cref="TryReceive"/>), one gives back (<see cref="GiveBack"/>,
/// <see cref="Flush"/>). Nothing allocates or blocks.</remarks>
/// <typeparam name="TPort">The ring, by virtio role.</typeparam>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct RpmsgReceiver<TPort, TPlatform>
    where TPort : struct, IReceivePort
    where TPlatform : struct, IPlatform
{
    private TPort _port;
    private TPlatform _platform;

    /// <summary>Takes the ring.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="port">The ring.</param>
    public RpmsgReceiver(TPlatform platform, in TPort port)
    {
        _platform = platform;
        _port = port;
    }

    /// <summary>The constructor, in place and at all zeros; <see cref="Port"/> is yet to begin.</summary>
    internal void Begin(TPlatform platform) => _platform = platform;

    /// <summary>Messages received, those with unknown destinations included.</summary>
    public ulong MessageCount { get; private set; }

    /// <summary>Payload bytes received.</summary>
    public ulong ByteCount { get; private set; }

    /// <summary>Messages whose header claimed more than their buffer holds; given back unread.</summary>
    public uint LengthsBeyondBuffer { get; private set; }

    /// <summary>What the peer got wrong in the ring.</summary>
    public readonly QueueFaults Faults => _port.Faults;

    /// <summary>Whether the ring is beyond use. Final.</summary>
    public readonly bool IsBroken => _port.IsBroken;

    /// <summary>The ring itself, not a copy.</summary>
    [UnscopedRef]
    public ref TPort Port => ref _port;

    /// <summary>Takes the next message.</summary>
    /// <param name="delivery">The message. When it <see cref="RpmsgDelivery.HoldsBuffer"/>, as a rejected one may,
    /// its buffer goes to <see cref="GiveBack"/> once.</param>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RpmsgReceiveResult TryReceive(out RpmsgDelivery delivery)
    {
        Unsafe.SkipInit(out delivery);
        QueueResult result = _port.TryTake(out delivery.BufferPlace);
        if (result != QueueResult.Taken)
        {
            // The two say the same by the same numbers.
            delivery.HoldsBuffer = false;
            return (RpmsgReceiveResult)result;
        }

        delivery.HoldsBuffer = true;
        delivery.LengthBytes = 0;
        ref readonly RpmsgBuffer buffer = ref delivery.BufferPlace;
        if (buffer.Start == null)
        {
            return RpmsgReceiveResult.Rejected;
        }

        // SAFETY: the buffer has room for a header and is aligned to 4. Copied once; only the copies are looked at.
        _platform.Invalidate(buffer.Start, buffer.LengthBytes);
        var header = (RpmsgHeader*)buffer.Start;
        delivery.Source = header->Source;
        delivery.Destination = header->Destination;
        ushort lengthBytes = header->LengthBytes;
        if (lengthBytes > unchecked(buffer.LengthBytes - RpmsgHeader.SizeBytes))
        {
            LengthsBeyondBuffer = unchecked(LengthsBeyondBuffer + 1);
            return RpmsgReceiveResult.Rejected;
        }

        delivery.LengthBytes = lengthBytes;
        if (TPlatform.CountsTraffic)
        {
            MessageCount++;
            ByteCount += lengthBytes;
        }

        return RpmsgReceiveResult.Message;
    }

    /// <summary>Hands a message's buffer back; the peer sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="buffer">The buffer of a message that was received.</param>
    /// <returns><see langword="false"/> when this side does not hold it.</returns>
    public bool GiveBack(in RpmsgBuffer buffer) => _port.GiveBack(buffer);

    /// <summary>Shows the peer what was handed back, and rings it if it wants to be rung.</summary>
    public void Flush() => _port.Flush();
}
