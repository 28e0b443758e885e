// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>A remote processor and what belongs to it.</summary>
internal sealed record ProcessorReport
{
    /// <summary>kernel or shared.</summary>
    public required string Origin { get; init; }

    public required string Name { get; init; }

    /// <summary>The kernel's name of it, whose number changes between boots; or the process id of who shares
    /// it.</summary>
    public required string Device { get; init; }

    /// <summary>In the kernel's words.</summary>
    public required string State { get; init; }

    public string? Firmware { get; init; }

    /// <summary>enabled or disabled.</summary>
    public string? Recovery { get; init; }

    /// <summary>disabled, enabled or inline.</summary>
    public string? CoreDump { get; init; }

    /// <summary>Its character device.</summary>
    public string? Node { get; init; }

    /// <summary>The program that shares it.</summary>
    public string? Program { get; init; }

    public required IReadOnlyList<LinkReport> Links { get; init; }
}
