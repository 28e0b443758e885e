// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Head of a version 2 resource table; the items follow it, one behind the other.</summary>
/// <remarks>16 bytes, little-endian, on a multiple of 8. The firmware's author writes it. Its first word is where a
/// version 1 table has its version, so a reader of one version recognises the other and says so.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct ResourceItemTableHeader
{
    /// <summary>Size of the head, in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>The version of tables that consist of items.</summary>
    public const uint SupportedVersion = 2;

    internal const uint EntryCountOffset = 4;
    internal const uint LengthOffset = 8;
    internal const uint FlagsOffset = 12;

    /// <summary>Version of the layout: 2.</summary>
    public uint Version;

    /// <summary>Number of items.</summary>
    public uint EntryCount;

    /// <summary>Length of the table with this head and the last item's padding, in bytes: a multiple of 8.</summary>
    public uint LengthBytes;

    /// <summary>Zero; no flag has a meaning yet.</summary>
    public uint Flags;
}
