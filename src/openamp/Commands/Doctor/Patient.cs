// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>What the doctor looks at: one processor with its links, a link without a processor, or a machine that has
/// neither.</summary>
/// <param name="Sysfs">Where the kernel shows itself.</param>
/// <param name="Inventory">All there is.</param>
internal sealed record Patient(Sysfs Sysfs, InventoryReport Inventory)
{
    /// <summary>The name that was asked for.</summary>
    public string? Asked { get; init; }

    public ProcessorReport? Processor { get; init; }

    /// <summary>The link when there is no processor.</summary>
    public LinkReport? OnlyLink { get; init; }

    /// <summary>A link without a processor: nothing of remoteproc is needed.</summary>
    public bool IsLinkAlone => OnlyLink is not null;

    public IReadOnlyList<LinkReport> Links => OnlyLink is { } link ? [link] : Processor?.Links ?? [];

    public IEnumerable<ChannelReport> Channels => Links.SelectMany(link => link.Channels);

    /// <summary>The selector, for commands in fixes.</summary>
    public string Selector => Processor is { } processor ? $"{processor.Origin}:{processor.Name}"
        : OnlyLink is { } link ? $"{link.Origin}:{link.Name}" : Asked ?? "this machine";

    /// <summary>Its folder in sysfs.</summary>
    public string ProcessorFolder => $"/sys/class/remoteproc/{Processor?.Device}";

    /// <summary>Whether a program has it, and not the kernel.</summary>
    public bool IsShared => (Processor?.Origin ?? OnlyLink?.Origin) == Origins.Shared;

    /// <summary>Whether it runs, whoever started it.</summary>
    public bool Runs => Processor?.State is "running" or "attached";
}
