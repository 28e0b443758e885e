// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Head of a resource table; one 32-bit offset an entry follows it.</summary>
/// <remarks>struct resource_table. 16 bytes, little-endian. The firmware's author writes it.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct ResourceTableHeader
{
    /// <summary>Size of the head, in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Size of one offset after the head, in bytes.</summary>
    public const int OffsetSizeBytes = 4;

    /// <summary>The version this library reads and writes.</summary>
    public const uint SupportedVersion = 1;

    /// <summary>Version of the layout (ver).</summary>
    public uint Version;

    /// <summary>Number of offsets that follow (num).</summary>
    public uint EntryCount;

    /// <summary>Zero (reserved[0]).</summary>
    public uint Reserved0;

    /// <summary>Zero (reserved[1]).</summary>
    public uint Reserved1;
}
