// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Where a resource table stands in a firmware, and what else is loaded.</summary>
public sealed record TablePlacement
{
    /// <summary>Where the table starts in the file, in bytes; <see langword="null"/> when it is in no file.</summary>
    public long? FileOffsetBytes { get; init; }

    /// <summary>Device address the remote finds its table at; <see langword="null"/> when the image does not
    /// say.</summary>
    public ulong? Address { get; init; }

    /// <summary>The loadable segments.</summary>
    public IReadOnlyList<TableSegment> Segments { get; init; } = [];
}
