// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Devices;

/// <summary>A link that a selector named, and the processor that it belongs to.</summary>
internal sealed record FoundLink(LinkReport Link, ProcessorReport? Processor)
{
    /// <summary>What names it and no other.</summary>
    public string Selector => Processor is { } processor
        ? $"{processor.Origin}:{processor.Name}" : $"{Link.Origin}:{Link.Name}";

    /// <summary>Whether a selector names it, by itself or by its processor.</summary>
    public bool Fits(string? selector)
        => selector is null || selector == Link.Control || Devices.Selector.Fits(selector, Link.Origin, Link.Name,
            Link.Name)
            || (Processor is { } processor
                && Devices.Selector.Fits(selector, processor.Origin, processor.Name, processor.Device));
}
