// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Remoteproc;

/// <summary>How a trace buffer is followed. Every default suits a console.</summary>
public sealed record TraceFollowerOptions
{
    /// <summary>Whose lines these are, in sinks and logs.</summary>
    public TraceOrigin Origin { get; init; } = new("remote", "trace0");

    /// <summary>How often to look. A classic buffer must not fill to three quarters in this time, or text is lost; a
    /// flip-flop buffer is also looked at whenever it rings. Default: 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest line, in bytes of UTF-8; longer ones come in pieces. Default: 1024, at least 16.</summary>
    public int MaxLineBytes { get; init; } = 1024;

    /// <summary>How long a line may stand without a newline before it is handed out as it is. Default: 1 s.</summary>
    public TimeSpan PartialLineDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock for arrivals and polls. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where a buffer that contradicts itself is reported. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Throws what is wrong with the options, before anything is set up.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLineBytes, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(PartialLineDelay, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
    }
}
