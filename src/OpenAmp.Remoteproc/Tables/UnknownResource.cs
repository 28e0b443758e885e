// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>An entry whose type, or whose item version, this library does not know. Its bytes are kept.</summary>
public sealed class UnknownResource : TableResource
{
    internal UnknownResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>What follows the type word (version 1) or the item's head (version 2). In version 1 it reaches to the
    /// next entry or the table's end, for nobody can tell its length.</summary>
    public ReadOnlyMemory<byte> Body
        => EntryBytes[(IsWide ? ResourceItemHead.SizeBytes : sizeof(ResourceType))..];

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Unknown entry {Index} (type {(uint)Type}, version {ItemVersion})");
}
