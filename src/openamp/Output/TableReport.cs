// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>A resource table.</summary>
internal sealed record TableReport
{
    public int? Version { get; init; }

    public int? LengthBytes { get; init; }

    /// <summary>How it is found in an ELF file: section, note or scan.</summary>
    public string? FoundBy { get; init; }

    /// <summary>Where it begins in the file that was named.</summary>
    public string? Offset { get; init; }

    /// <summary>The device address, when a segment loads it.</summary>
    public string? Address { get; init; }

    public int? Segment { get; init; }

    public IReadOnlyList<TableEntryReport> Entries { get; init; } = [];

    /// <summary>Why it cannot be read.</summary>
    public string? Fault { get; init; }
}

/// <summary>An entry of a resource table. What its kind does not have is absent; addresses and notify ids that the host
/// chooses are the text "any".</summary>
internal sealed record TableEntryReport
{
    public required int Index { get; init; }

    public required string Kind { get; init; }

    public required string Offset { get; init; }

    public bool? Required { get; init; }

    public int? ItemVersion { get; init; }

    public string? Name { get; init; }

    public string? Address { get; init; }

    public string? PhysicalAddress { get; init; }

    public ulong? LengthBytes { get; init; }

    public string? Flags { get; init; }

    public string? Method { get; init; }

    public string? NotifyId { get; init; }

    public uint? DeviceId { get; init; }

    public string? DeviceFeatures { get; init; }

    public string? DriverFeatures { get; init; }

    public string? Status { get; init; }

    public uint? ConfigBytes { get; init; }

    public IReadOnlyList<VringReport>? Vrings { get; init; }

    public BuffersReport? Buffers { get; init; }

    public string? Type { get; init; }

    public string? Value { get; init; }

    public double? HeartbeatSeconds { get; init; }

    public string? State { get; init; }
}

/// <summary>A vring of a virtio device.</summary>
internal sealed record VringReport(
    int Index, string Address, uint AlignmentBytes, uint EntryCount, string NotifyId, string Offset);

/// <summary>The buffers that a virtio device asks for; 0 leaves a number to the host.</summary>
internal sealed record BuffersReport(
    string Address,
    ulong LengthBytes,
    uint ToDriverBufferBytes,
    uint ToDriverBufferCount,
    uint ToDeviceBufferBytes,
    uint ToDeviceBufferCount);
