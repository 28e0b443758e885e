// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Bytes that the host passes to the remote: room for them follows this head up to the item's end.</summary>
/// <remarks>56 bytes, little-endian, and the room. The firmware's author reserves it, with default values; the host
/// fills it before the processor starts.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct ParametersItem
{
    /// <summary>Size of the item without the room, in bytes.</summary>
    public const int SizeBytes = 56;

    internal const uint FormatOffset = 16;
    internal const uint UsedLengthOffset = 20;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>How the bytes are to be read.</summary>
    public ParametersFormat Format;

    /// <summary>How many bytes of the room are set.</summary>
    public uint UsedLengthBytes;

    /// <summary>Name of the block: a remote may have several.</summary>
    public ResourceName Name;
}
