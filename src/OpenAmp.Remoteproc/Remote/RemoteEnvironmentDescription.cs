// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>What firmware finds when it starts: its memory, its table, its doorbells.</summary>
public sealed record RemoteEnvironmentDescription
{
    /// <summary>Name of the processor, in logs.</summary>
    public required string Name { get; init; }

    /// <summary>Everything the processor sees.</summary>
    public required MemoryMap Memory { get; init; }

    /// <summary>The live table, all of it; <see langword="null"/> when the firmware has none.</summary>
    public required SharedRegion? Table { get; init; }

    /// <summary>Makes the doorbell of one virtio device, as its device sees it. Called once for each device that is
    /// opened.</summary>
    public required Func<VdevResource, LinkDoorbell> OpenDoorbell { get; init; }

    /// <summary>Rings the host for a notify id that belongs to no virtio device: a trace buffer's.</summary>
    public Action<uint> Notify { get; init; } = static _ => { };

    /// <summary>Cancelled when the firmware is asked to end: by a signal, by a request of the host.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Let go when the environment is disposed: mapped memory, descriptors.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>The firmware's log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
