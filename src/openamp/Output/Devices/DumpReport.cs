// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output.Devices;

/// <summary>How a processor's dumps are set, and the one that was fetched.</summary>
internal sealed record DumpReport
{
    public required string Command { get; init; }

    public required string Processor { get; init; }

    /// <summary>disabled, enabled or inline; <see langword="null"/> for a program's processor.</summary>
    public string? Mode { get; init; }

    /// <summary>The dump that waits to be read.</summary>
    public string? Waiting { get; init; }

    /// <summary>The file that was written.</summary>
    public string? Output { get; init; }

    public long? OutputBytes { get; init; }

    public required string Result { get; init; }
}
