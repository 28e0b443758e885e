// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Head of a vendor's entry; the vendor's bytes follow it.</summary>
/// <remarks>
/// <para>struct fw_rsc_vendor as the C reference passes it to its handler. 8 bytes, little-endian. The firmware's
/// author writes it.</para>
/// <para>Linux releases before 6.1.192 fail to start a processor whose <em>last</em> entry is a vendor's that nobody
/// handles: put another entry after it.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct VendorEntry
{
    /// <summary>Size of the head, in bytes.</summary>
    public const int SizeBytes = 8;

    /// <summary>The lowest type number a vendor may use (RSC_VENDOR_START).</summary>
    public const ResourceType FirstType = (ResourceType)128;

    /// <summary>The highest type number a vendor may use (RSC_VENDOR_END).</summary>
    public const ResourceType LastType = (ResourceType)512;

    internal const uint LengthOffset = 4;

    /// <summary><see cref="FirstType"/> to <see cref="LastType"/>.</summary>
    public ResourceType Type;

    /// <summary>Length of the vendor's bytes, in bytes (len).</summary>
    public uint LengthBytes;
}
