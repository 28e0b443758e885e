// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>A counter in the remote's memory that it changes while it lives: when it stands still, it
/// crashed.</summary>
/// <remarks>Needs nothing of RPMsg, so it also watches firmware that has hung with its links up.</remarks>
public sealed record WatchdogOptions
{
    /// <summary>Device address of a 32-bit word that the remote changes; <see langword="null"/> for the heartbeat
    /// counter of the table's processor state entry (version 2).</summary>
    public DeviceAddress? Counter { get; init; }

    /// <summary>How long it may stand still. 1 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}
