// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>An RPMsg link and what is on it.</summary>
internal sealed record LinkReport
{
    /// <summary>kernel or shared.</summary>
    public required string Origin { get; init; }

    /// <summary>The virtio device's name, whose number changes between boots; or what its program calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the processor that it leads to; <see langword="null"/> when it is not one of the kernel's.
    /// </summary>
    public string? Processor { get; init; }

    /// <summary>The kernel's name of that processor.</summary>
    [JsonIgnore]
    public string? ProcessorDevice { get; init; }

    /// <summary>Its folder below the root.</summary>
    public string? Path { get; init; }

    public string? Driver { get; init; }

    /// <summary>up, down or no driver.</summary>
    public required string State { get; init; }

    /// <summary>Whether services are announced; <see langword="null"/> when that is not known.</summary>
    public bool? HasNameService { get; init; }

    /// <summary>The driver of the name service's own device, "none" when it has none; <see langword="null"/> when the
    /// kernel makes no such device.</summary>
    [JsonIgnore]
    public string? NameServiceDriver { get; init; }

    /// <summary>The control device, which creates endpoints and channels.</summary>
    public string? Control { get; init; }

    public required IReadOnlyList<ChannelReport> Channels { get; init; }

    public required IReadOnlyList<EndpointReport> Endpoints { get; init; }
}
