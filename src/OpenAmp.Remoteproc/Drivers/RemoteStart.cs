// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>What a driver needs to set its processor running. All memory is as the remote shall find it.</summary>
/// <remarks>Segments are loaded, carveouts allocated and written into the table, notify ids final; virtio status and
/// features are zero, and the addresses of the vrings are as in the image until DRIVER_OK (Linux rproc_start
/// order).</remarks>
public sealed record RemoteStart
{
    /// <summary>The image; <see langword="null"/> when the processor is attached to.</summary>
    public required FirmwareImage? Image { get; init; }

    /// <summary>Where the image's bytes come from, for a driver that loads segments itself.</summary>
    public required FirmwareStore? Store { get; init; }

    /// <summary>The table as loaded, with everything that was allocated; <see langword="null"/> without one.</summary>
    public required ResourceTable? Table { get; init; }

    /// <summary>Device address of the live table, or <see langword="null"/> when the remote has none in memory.
    /// </summary>
    public required DeviceAddress? TableAddress { get; init; }

    /// <summary>Everything the processor sees.</summary>
    public required MemoryMap Memory { get; init; }

    /// <summary>The table's carveouts and rings, where they were put.</summary>
    public required IReadOnlyList<Carveout> Carveouts { get; init; }

    /// <summary>How many starts of this processor came before.</summary>
    public required int PreviousStarts { get; init; }
}
