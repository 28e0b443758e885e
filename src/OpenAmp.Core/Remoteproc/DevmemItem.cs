// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Version 2 of a device memory: registers the remote processor needs mapped.</summary>
/// <remarks>80 bytes, little-endian. The firmware's author writes it.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct DevmemItem
{
    /// <summary>Size of the item, in bytes.</summary>
    public const int SizeBytes = 80;

    internal const uint ReservedOffset = 44;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>Device address the remote processor uses.</summary>
    public ulong Address;

    /// <summary>Physical address of the registers.</summary>
    public ulong PhysicalAddress;

    /// <summary>Length, in bytes.</summary>
    public ulong LengthBytes;

    /// <summary>Flags of the IOMMU mapping.</summary>
    public uint Flags;

    /// <summary>Zero.</summary>
    public uint Reserved;

    /// <summary>Name of the device, for people.</summary>
    public ResourceName Name;
}
