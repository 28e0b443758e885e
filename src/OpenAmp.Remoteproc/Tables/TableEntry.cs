// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Where an entry stands and what it is, as its reader found it.</summary>
internal readonly record struct TableEntry(
    int Index,
    uint OffsetBytes,
    uint LengthBytes,
    ResourceKind Kind,
    bool IsRequired,
    int ItemVersion);
