// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Version 2 of a carveout: memory the remote processor needs before it starts.</summary>
/// <remarks>80 bytes, little-endian. The firmware's author writes it; the loader writes back the addresses it
/// chose.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct CarveoutItem
{
    /// <summary>Size of the item, in bytes.</summary>
    public const int SizeBytes = 80;

    internal const uint ReservedOffset = 44;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>Device address the remote processor uses, or <see cref="ResourceAddress.Any64"/>.</summary>
    public ulong Address;

    /// <summary>Physical address, or <see cref="ResourceAddress.Any64"/>.</summary>
    public ulong PhysicalAddress;

    /// <summary>Length, in bytes.</summary>
    public ulong LengthBytes;

    /// <summary>Flags of an IOMMU mapping; the platform gives them meaning.</summary>
    public uint Flags;

    /// <summary>Zero.</summary>
    public uint Reserved;

    /// <summary>Name of the region; a loader may match it with memory it knows.</summary>
    public ResourceName Name;
}
