// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>A message buffer of shared memory that is in this side's hands: 16 bytes of header, then the payload.
/// </summary>
/// <remarks>A plain value: whoever holds it must hand it back exactly once, to the port that gave it.</remarks>
public readonly unsafe struct RpmsgBuffer
{
    private readonly TakenBuffer _taken;

    internal RpmsgBuffer(byte* start, uint lengthBytes, ushort head)
    {
        _taken.Start = start;
        _taken.LengthBytes = lengthBytes;
        _taken.Head = head;
    }

    /// <summary>First byte of the header. Aligned to 4.</summary>
    public byte* Start => _taken.Start;

    /// <summary>First byte of the payload.</summary>
    public byte* Payload => unchecked(_taken.Start + RpmsgHeader.SizeBytes);

    /// <summary>Length in bytes, header included; at least the header's.</summary>
    public uint LengthBytes => _taken.LengthBytes;

    /// <summary>Room for a payload, in bytes.</summary>
    public uint PayloadCapacityBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            uint room = unchecked(LengthBytes - RpmsgHeader.SizeBytes);
            return room < RpmsgHeader.MaxPayloadBytes ? room : RpmsgHeader.MaxPayloadBytes;
        }
    }

    /// <summary>Whether a payload is not longer than <see cref="PayloadCapacityBytes"/>, by two comparisons.</summary>
    internal bool HasRoomFor(uint payloadBytes)
        => payloadBytes <= unchecked(LengthBytes - RpmsgHeader.SizeBytes)
            && payloadBytes <= RpmsgHeader.MaxPayloadBytes;

    /// <summary>Descriptor index of the buffer's chain: below the ring's number of entries, and no two buffers in this
    /// side's hands share one.</summary>
    public ushort Head => _taken.Head;

    /// <summary>The buffer's own place, for a queue to fill in: a structure that is returned is copied.</summary>
    internal static ref TakenBuffer PlaceOf(ref RpmsgBuffer buffer)
        => ref Unsafe.As<RpmsgBuffer, TakenBuffer>(ref buffer);
}
