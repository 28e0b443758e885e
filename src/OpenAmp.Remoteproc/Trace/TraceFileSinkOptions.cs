// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Remoteproc;

/// <summary>How trace is kept in files.</summary>
public sealed record TraceFileSinkOptions
{
    /// <summary>The file being written. Older ones are beside it with ".1" (the newest) to ".N" behind the name.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>When a file is over: the line that would make it longer than this many bytes begins the next. Default:
    /// 10 MiB.</summary>
    public long MaxFileBytes { get; init; } = 10 << 20;

    /// <summary>How many files there are at most, with the one being written. Default: 5.</summary>
    public int MaxFiles { get; init; } = 5;

    /// <summary>When lines reach the file. Default: <see cref="TraceFlush.EachBatch"/>.</summary>
    public TraceFlush Flush { get; init; } = TraceFlush.EachBatch;

    /// <summary>How long to wait after a failure before the file is tried again. Default: 5 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock for retries. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where failures are reported: once when they begin and once when they end. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Throws what is wrong with the options, before anything is opened.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFileBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFiles);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryInterval, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
    }
}
