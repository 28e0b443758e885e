// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Registers of a device that the remote processor needs mapped (RSC_DEVMEM).</summary>
public sealed class DevmemResource : TableResource
{
    internal DevmemResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>Device address the remote uses (da).</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong Address
    {
        get => ReadAddress(4, 16);
        set => WriteAddress(4, 16, value, "device address");
    }

    /// <summary>Physical address of the registers (pa).</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong PhysicalAddress
    {
        get => ReadAddress(8, 24);
        set => WriteAddress(8, 24, value, "physical address");
    }

    /// <summary>Length in bytes (len).</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong LengthBytes
    {
        get => ReadLength(12, 32);
        set => WriteLength(12, 32, value, "length");
    }

    /// <summary>Flags of an IOMMU mapping; the platform gives them meaning (flags).</summary>
    public uint Flags => ReadWord(IsWide ? 40u : 16u);

    /// <summary>Name of the device, for people (name).</summary>
    public string Name => ReadName(IsWide ? 48u : 24u);

    internal ReadOnlySpan<byte> NameField => BytesAt(IsWide ? 48u : 24u, ResourceName.SizeBytes);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Devmem entry {Index} '{Name}'");
}
