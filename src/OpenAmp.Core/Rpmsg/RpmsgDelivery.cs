// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A message that was received and whose header was copied and checked.</summary>
/// <remarks>
/// <para>To hold one is to know that the payload's whole length lies in its buffer. It does not tell that the payload
/// stays as it is: the peer can still write there. Copy what decisions depend on.</para>
/// <para>A plain value: whoever holds it gives the buffer back once.</para>
/// </remarks>
public readonly unsafe struct RpmsgDelivery
{
    internal RpmsgDelivery(in RpmsgBuffer buffer, uint source, uint destination, ushort lengthBytes)
    {
        Buffer = buffer;
        HoldsBuffer = true;
        Source = source;
        Destination = destination;
        LengthBytes = lengthBytes;
    }

    /// <summary>The buffer the message lies in.</summary>
    public RpmsgBuffer Buffer { get; }

    /// <summary>Whether there is a buffer to give back.</summary>
    public bool HoldsBuffer { get; }

    /// <summary>Address of the sender.</summary>
    public uint Source { get; }

    /// <summary>Address it was sent to.</summary>
    public uint Destination { get; }

    /// <summary>Length of the payload, in bytes.</summary>
    public ushort LengthBytes { get; }

    /// <summary>The payload, where it lies in shared memory.</summary>
    public ReadOnlySpan<byte> Payload => new(Buffer.Payload, LengthBytes);
}
