// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What a firmware file is. Addresses and offsets are texts in hexadecimal, lengths are numbers of bytes.
/// </summary>
internal sealed record FirmwareReport
{
    public required string Command { get; init; }

    public required string File { get; init; }

    public required long FileBytes { get; init; }

    /// <summary>ELF, signed firmware, resource table, or resource table document.</summary>
    public required string Format { get; init; }

    public SignatureReport? Signature { get; init; }

    public required IReadOnlyList<ElfReport> Images { get; init; }

    /// <summary>The table, when the file is nothing else.</summary>
    public TableReport? ResourceTable { get; init; }

    public required string Result { get; init; }

    public string? Error { get; init; }
}

/// <summary>What signed firmware says about its signature; nothing of it is verified.</summary>
internal sealed record SignatureReport(
    string SignatureType,
    string HashType,
    int SignatureBytes,
    string ContentDigest,
    int HashedSegments,
    bool CoversWholeImages,
    IReadOnlyList<TlvReport> Tlvs);

/// <summary>A TLV of signed firmware.</summary>
internal sealed record TlvReport(string Type, string Offset, int LengthBytes, string Value);

/// <summary>An ELF file, or one inside signed firmware.</summary>
internal sealed record ElfReport
{
    public required string Offset { get; init; }

    public required long LengthBytes { get; init; }

    public required string Class { get; init; }

    public required string ByteOrder { get; init; }

    public required string Machine { get; init; }

    public required string Type { get; init; }

    public required string EntryPoint { get; init; }

    public string? EntrySymbol { get; init; }

    public required IReadOnlyList<SegmentReport> Segments { get; init; }

    public required int SectionCount { get; init; }

    /// <summary>All sections, or those that matter to a loader.</summary>
    public required IReadOnlyList<SectionReport> Sections { get; init; }

    public IReadOnlyList<SymbolReport>? Symbols { get; init; }

    public TableReport? ResourceTable { get; init; }

    public required MemoryNeedReport Memory { get; init; }
}

/// <summary>A program header.</summary>
internal sealed record SegmentReport(
    int Index,
    string Type,
    string Address,
    string VirtualAddress,
    string Offset,
    ulong FileBytes,
    ulong MemoryBytes,
    string Flags,
    ulong AlignmentBytes);

/// <summary>A section header.</summary>
internal sealed record SectionReport(
    int Index, string Name, string Type, string Address, string Offset, ulong LengthBytes, string Flags);

/// <summary>A function or a variable.</summary>
internal sealed record SymbolReport(string Name, string Address, ulong LengthBytes, string Kind);

/// <summary>The memory that firmware needs.</summary>
internal sealed record MemoryNeedReport(
    ulong LoadedBytes, ulong FixedBytes, ulong AnywhereBytes, IReadOnlyList<MemoryRangeReport> Ranges);

/// <summary>Memory at an address, and what it is for.</summary>
internal sealed record MemoryRangeReport(string Address, ulong LengthBytes, string Use);
