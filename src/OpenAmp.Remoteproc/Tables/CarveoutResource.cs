// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Memory the remote processor needs before it starts (RSC_CARVEOUT).</summary>
public sealed class CarveoutResource : TableResource
{
    internal CarveoutResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>Device address the remote uses (da), or <see cref="ResourceAddress.Any64"/>.</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong Address
    {
        get => ReadAddress(4, 16);
        set => WriteAddress(4, 16, value, "device address");
    }

    /// <summary>Physical address (pa), or <see cref="ResourceAddress.Any64"/>.</summary>
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

    /// <summary>Name of the region; a loader may match it with memory it knows (name).</summary>
    public string Name => ReadName(IsWide ? 48u : 24u);

    /// <summary>Whether the loader chooses the device address.</summary>
    public bool IsAnywhere => Address == ResourceAddress.Any64;

    internal ReadOnlySpan<byte> NameField => BytesAt(IsWide ? 48u : 24u, ResourceName.SizeBytes);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Carveout entry {Index} '{Name}'");
}
