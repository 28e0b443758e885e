// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>All about one processor.</summary>
internal sealed record InspectionReport
{
    public required string Command { get; init; }

    public required ProcessorReport Processor { get; init; }

    /// <summary>Where the kernel finds the firmware.</summary>
    public string? FirmwarePath { get; init; }

    /// <summary>The device that the driver drives.</summary>
    public string? Hardware { get; init; }

    public string? Driver { get; init; }

    public string? DeviceTreeNode { get; init; }

    /// <summary>How often it was started; the kernel does not count.</summary>
    public int? Starts { get; init; }

    public int? Crashes { get; init; }

    public string? LastCrash { get; init; }

    /// <summary>The resource table as it is now.</summary>
    public TableReport? Table { get; init; }

    public IReadOnlyList<CarveoutReport> Carveouts { get; init; } = [];

    /// <summary>What could not be read, and what to do.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required string Result { get; init; }
}

/// <summary>Memory that the kernel has set aside for a processor.</summary>
internal sealed record CarveoutReport(string Name, string DeviceAddress, string DmaAddress, ulong LengthBytes);
