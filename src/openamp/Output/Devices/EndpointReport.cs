// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output.Devices;

/// <summary>An endpoint that programs open. An address that is <see langword="null"/> is any.</summary>
internal sealed record EndpointReport
{
    /// <summary>Its device, whose number changes between boots; <see langword="null"/> when it has none.</summary>
    public string? Node { get; init; }

    /// <summary>ready, or no node when /dev lacks it.</summary>
    public required string State { get; init; }

    public required string Name { get; init; }

    public string? Source { get; init; }

    public string? Destination { get; init; }

    /// <summary>The channel that it is the default endpoint of; <see langword="null"/> for one that was made through
    /// the control device.</summary>
    public string? Channel { get; init; }
}
