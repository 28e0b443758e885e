// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output.Devices;

/// <summary>A channel: a service that was announced or made by hand. An address that is <see langword="null"/> is any.
/// </summary>
internal sealed record ChannelReport
{
    /// <summary>The service.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's name of it, with the addresses that it was made with.</summary>
    public required string Device { get; init; }

    public string? Source { get; init; }

    public string? Destination { get; init; }

    /// <summary>The kernel's driver that took it.</summary>
    public string? Driver { get; init; }

    /// <summary>The terminal that the driver made of it.</summary>
    public string? Node { get; init; }
}
