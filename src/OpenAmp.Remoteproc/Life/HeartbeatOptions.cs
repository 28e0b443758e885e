// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A processor that sends messages to say that it lives: when they stop, it crashed.</summary>
public sealed record HeartbeatOptions
{
    /// <summary>Name of the service that the remote announces; any message on it is a beat.</summary>
    public string ServiceName { get; init; } = "rpmsg-heartbeat";

    /// <summary>How long it may be silent, from the first beat on. 1 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the first beat may take after the start; 10 s by default.</summary>
    public TimeSpan FirstTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
