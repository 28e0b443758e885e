// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>What is known of a processor, or of a link without one, at a moment.</summary>
internal sealed record SharedState
{
    /// <summary>The longest resource table that is told, in bytes: a packet has its limit.</summary>
    internal const int MaxTableBytes = 32 * 1024;

    public required string Name { get; init; }

    /// <summary>The program that shares it.</summary>
    public required string Program { get; init; }

    public required int Process { get; init; }

    /// <summary>A processor's state; a link without a processor has none.</summary>
    public RemoteProcessorState? State { get; init; }

    /// <summary>The change that this tells of, when it is one.</summary>
    public RemoteProcessorState? From { get; init; }

    /// <summary>How often the state has changed; with <see cref="From"/>, the number of that change.</summary>
    public long Changes { get; init; }

    /// <summary>Whether nobody recovers the processor from its last crash.</summary>
    public bool IsLost { get; init; }

    public DriverCapabilities Capabilities { get; init; }

    public int StartCount { get; init; }

    public int CrashCount { get; init; }

    public SharedCrash? LastCrash { get; init; }

    public string? LastCoreDump { get; init; }

    public SharedFirmware? Firmware { get; init; }

    /// <summary>The resource table with everything that was allocated.</summary>
    public byte[]? Table { get; init; }

    public required IReadOnlyList<SharedLinkState> Links { get; init; }

    public SharingStatistics Sharing { get; init; }
}
