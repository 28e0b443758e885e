// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>A device's registers the remote processor needs mapped.</summary>
/// <remarks>
/// <para>struct fw_rsc_devmem with its type word. 56 bytes, little-endian. The firmware's author writes it.</para>
/// <para>Linux refuses to start a processor with such an entry unless an IOMMU stands before it; the C reference
/// steps over it.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct DevmemEntry
{
    /// <summary>Size of the entry, in bytes.</summary>
    public const int SizeBytes = 56;

    internal const uint ReservedOffset = 20;

    /// <summary><see cref="ResourceType.Devmem"/>; the writer sets it.</summary>
    public ResourceType Type;

    /// <summary>Device address the remote processor uses (da).</summary>
    public uint Address;

    /// <summary>Physical address of the registers (pa).</summary>
    public uint PhysicalAddress;

    /// <summary>Length, in bytes (len).</summary>
    public uint LengthBytes;

    /// <summary>Flags of the IOMMU mapping (flags).</summary>
    public uint Flags;

    /// <summary>Zero (reserved).</summary>
    public uint Reserved;

    /// <summary>Name of the device, for people (name).</summary>
    public ResourceName Name;
}
