// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Rpmsg;

/// <summary>The header before each message's payload, as it lies in shared memory.</summary>
/// <remarks>16 bytes, little-endian, aligned to 4 bytes (struct rpmsg_hdr).</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct RpmsgHeader
{
    /// <summary>Size of the header, in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>The longest payload that <see cref="LengthBytes"/> can say, in bytes.</summary>
    public const int MaxPayloadBytes = ushort.MaxValue;

    /// <summary>Address of the sending endpoint.</summary>
    public uint Source;

    /// <summary>Address of the receiving endpoint.</summary>
    public uint Destination;

    /// <summary>Written as 0. Receivers in C keep notes of their own here, so it is never looked at.</summary>
    public uint Reserved;

    /// <summary>Length of the payload, in bytes.</summary>
    public ushort LengthBytes;

    /// <summary>Written as 0, never looked at.</summary>
    public ushort Flags;
}
