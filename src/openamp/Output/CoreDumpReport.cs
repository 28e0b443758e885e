// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What a core dump tells. Addresses, offsets and register values are texts in hexadecimal.</summary>
internal sealed record CoreDumpReport
{
    public required string Command { get; init; }

    public required string File { get; init; }

    public required long FileBytes { get; init; }

    public required string Class { get; init; }

    public required string ByteOrder { get; init; }

    public required string Machine { get; init; }

    public string? Firmware { get; init; }

    /// <summary>Where the resource table was taken from: dump or firmware.</summary>
    public string? TableFrom { get; init; }

    public required IReadOnlyList<CoreSegmentReport> Segments { get; init; }

    public required IReadOnlyList<CoreThreadReport> Threads { get; init; }

    public IReadOnlyList<ChangedSegmentReport>? ReadOnlySegments { get; init; }

    public IReadOnlyList<TraceTailReport>? Traces { get; init; }

    public required IReadOnlyList<MemoryReport> Memory { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required string Result { get; init; }
}

/// <summary>A piece of memory.</summary>
internal sealed record CoreSegmentReport(
    int Index,
    string Address,
    ulong LengthBytes,
    ulong DumpedBytes,
    string Offset,
    string FirstBytes,
    bool IsZero,
    IReadOnlyList<string> Uses);

/// <summary>The registers of a thread or a processor.</summary>
internal sealed record CoreThreadReport(
    int? ProcessId,
    int? Signal,
    IReadOnlyList<RegisterReport> Registers,
    string? ProgramCounterSymbol,
    string? ReturnSymbol,
    IReadOnlyList<ReturnAddressReport> ReturnAddresses);

/// <summary>A register, and the symbol its value is the address of or within.</summary>
internal sealed record RegisterReport(string Name, string Value, string? Symbol);

/// <summary>A word on the stack that looks like a return address.</summary>
internal sealed record ReturnAddressReport(string StackAddress, string Value, string Symbol);

/// <summary>What was loaded and may not change, compared with what the dump has.</summary>
internal sealed record ChangedSegmentReport(
    int Segment,
    string Address,
    ulong LengthBytes,
    ulong ComparedBytes,
    ulong ChangedBytes,
    string? FirstChange,
    string? FirstChangeSymbol);

/// <summary>The last lines of a trace buffer.</summary>
internal sealed record TraceTailReport(
    string Name, string Address, ulong LengthBytes, bool IsFull, IReadOnlyList<string> Lines, string? Fault);

/// <summary>Bytes of memory: a variable, or what was asked for by address.</summary>
internal sealed record MemoryReport(
    string? Symbol, string Address, int LengthBytes, string Bytes, int MissingBytes, string? Number, string? Text);
