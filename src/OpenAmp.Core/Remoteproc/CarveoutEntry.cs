// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Memory the remote processor needs before it starts.</summary>
/// <remarks>struct fw_rsc_carveout with its type word. 56 bytes, little-endian. The firmware's author writes it; the
/// loader writes back the addresses it chose.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct CarveoutEntry
{
    /// <summary>Size of the entry, in bytes.</summary>
    public const int SizeBytes = 56;

    internal const uint ReservedOffset = 20;

    /// <summary><see cref="ResourceType.Carveout"/>; the writer sets it.</summary>
    public ResourceType Type;

    /// <summary>Device address the remote processor uses, or <see cref="ResourceAddress.Any"/> (da).</summary>
    public uint Address;

    /// <summary>Physical address, or <see cref="ResourceAddress.Any"/> (pa).</summary>
    public uint PhysicalAddress;

    /// <summary>Length, in bytes (len).</summary>
    public uint LengthBytes;

    /// <summary>Flags of an IOMMU mapping; the platform gives them meaning (flags).</summary>
    public uint Flags;

    /// <summary>Zero (reserved).</summary>
    public uint Reserved;

    /// <summary>Name of the region; a loader may match it with memory it knows (name).</summary>
    public ResourceName Name;
}
