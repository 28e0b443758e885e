// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>A message buffer of shared memory that is in this side's hands: 16 bytes of header, then the payload.
/// </summary>
/// <remarks>A plain value: whoever holds it must hand it back exactly once, to the port that gave it.</remarks>
public readonly unsafe struct RpmsgBuffer
{
    internal RpmsgBuffer(byte* start, uint lengthBytes, ushort head)
    {
        Start = start;
        LengthBytes = lengthBytes;
        Head = head;
    }

    /// <summary>First byte of the header. Aligned to 4.</summary>
    public byte* Start { get; }

    /// <summary>First byte of the payload.</summary>
    public byte* Payload => Start + RpmsgHeader.SizeBytes;

    /// <summary>Length in bytes, header included; at least the header's.</summary>
    public uint LengthBytes { get; }

    /// <summary>Room for a payload, in bytes.</summary>
    public uint PayloadCapacityBytes
    {
        get
        {
            uint room = LengthBytes - RpmsgHeader.SizeBytes;
            return room < RpmsgHeader.MaxPayloadBytes ? room : RpmsgHeader.MaxPayloadBytes;
        }
    }

    /// <summary>Descriptor index of the buffer's chain: below the ring's number of entries, and no two buffers in this
    /// side's hands share one.</summary>
    public ushort Head { get; }
}
