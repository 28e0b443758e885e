// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Head of every item of a version 2 resource table; the item's own fields follow it.</summary>
/// <remarks>16 bytes, little-endian, on a multiple of 8 from the table's first byte. The firmware's author writes
/// it. The next item starts at the first multiple of 8 after the item's last byte; the bytes between are
/// zero.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct ResourceItemHead
{
    /// <summary>Size of the head, in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Items start on multiples of this, in bytes, so that 64-bit fields are aligned.</summary>
    public const int AlignmentBytes = 8;

    internal const uint VersionOffset = 4;
    internal const uint PriorityOffset = 6;
    internal const uint LengthOffset = 8;
    internal const uint ReservedOffset = 12;

    /// <summary>What the item describes.</summary>
    public ResourceType Type;

    /// <summary>Version of the item's layout, from 1; each type counts its own.</summary>
    public ushort Version;

    /// <summary>What a host does that does not know or cannot provide the item.</summary>
    public ResourcePriority Priority;

    /// <summary>Length of the item with this head, in bytes, without the padding behind it.</summary>
    public uint LengthBytes;

    /// <summary>Zero.</summary>
    public uint Reserved;
}
