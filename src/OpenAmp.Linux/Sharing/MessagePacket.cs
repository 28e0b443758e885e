// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A message in a packet: 1, three zeros, source, destination, payload. Little-endian.</summary>
internal static class MessagePacket
{
    internal const int HeaderBytes = 12;
    internal const byte Mark = 1;

    private const int SourceOffset = 4;
    private const int DestinationOffset = 8;

    internal static bool IsMessage(ReadOnlySpan<byte> packet) => packet.Length > 0 && packet[0] == Mark;

    /// <summary>Writes the header; the payload goes behind it.</summary>
    internal static void WriteHeader(Span<byte> packet, uint source, uint destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(packet, Mark);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[SourceOffset..], source);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[DestinationOffset..], destination);
    }

    /// <summary>Reads a message.</summary>
    /// <returns><see langword="false"/> when it is too short, has a bit that must be zero, or lacks an address.
    /// </returns>
    internal static bool TryRead(ReadOnlySpan<byte> packet, out uint source, out uint destination)
    {
        source = RpmsgAddress.Any;
        destination = RpmsgAddress.Any;
        if (packet.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(packet) != Mark)
        {
            return false;
        }

        source = BinaryPrimitives.ReadUInt32LittleEndian(packet[SourceOffset..]);
        destination = BinaryPrimitives.ReadUInt32LittleEndian(packet[DestinationOffset..]);
        return source != RpmsgAddress.Any && destination != RpmsgAddress.Any;
    }
}
