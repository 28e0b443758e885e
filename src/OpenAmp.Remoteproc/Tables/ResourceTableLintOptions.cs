// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>What a <see cref="ResourceTableLinter"/> may assume.</summary>
public sealed record ResourceTableLintOptions
{
    /// <summary>Who will read the table; Linux and this library unless said.</summary>
    /// <remarks>The C library is not among them by default: what it needs (addresses that are fixed) is what Linux may
    /// not honour.</remarks>
    public ResourceTablePeers Peers { get; init; } = ResourceTablePeers.Linux | ResourceTablePeers.ThisLibrary;

    /// <summary>The memory the remote processor has; empty when it is not known, and then no region is outside
    /// it.</summary>
    public IReadOnlyList<TableRegion> Memory { get; init; } = [];

    /// <summary>Whether an IOMMU stands before the processor.</summary>
    public bool HasIommu { get; init; }

    /// <summary>Where the table stands in its firmware; <see langword="null"/> for a table alone.</summary>
    public TablePlacement? Placement { get; init; }
}
