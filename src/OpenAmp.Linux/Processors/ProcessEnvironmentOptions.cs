// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Linux;

/// <summary>How firmware in a process lives with its host.</summary>
public sealed record ProcessEnvironmentOptions
{
    /// <summary>How long firmware may go on after its host died, to put its things in order; then it is killed
    /// (SIGKILL). 5 s by default.</summary>
    public TimeSpan HostGoneGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The firmware's log. None by default.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Refuses what makes no sense.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(HostGoneGrace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HostGoneGrace, TimeSpan.FromDays(1));
    }
}
