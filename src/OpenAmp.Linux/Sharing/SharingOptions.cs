// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Linux;

/// <summary>How a program shares a processor or a link with other programs of the same user.</summary>
public sealed record SharingOptions
{
    /// <summary>Where the socket lies. Default: $XDG_RUNTIME_DIR/openamp, else /run/user/UID/openamp when there is
    /// /run/user/UID, else /tmp/openamp-UID. It is made when it is not there, and must be this user's alone.</summary>
    public string? Directory { get; init; }

    /// <summary>What others find it by. Default: the processor's or the link's own name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether others may load, start, stop, attach, detach, suspend, resume, shut down and recover a
    /// processor, and write its core dump. Default: yes. Without it they look: state, trace, services.</summary>
    public bool AllowControl { get; init; } = true;

    /// <summary>Whether others may make endpoints. Default: yes.</summary>
    public bool AllowEndpoints { get; init; } = true;

    /// <summary>Whether an endpoint of others may ask for <see cref="Rpmsg.ReceiveFullMode.PauseLink"/>. Default: no,
    /// because a program that does not read would hold up this one.</summary>
    public bool AllowPausing { get; init; }

    /// <summary>How many connections there may be at a time: a watch, a trace, an operation under way and an endpoint
    /// are one each. More are refused and counted. Default: 64.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>How many traces are followed at a time: each takes the memory of two of its buffers. Default: 8.
    /// </summary>
    public int MaxTraces { get; init; } = 8;

    /// <summary>How many bytes of messages wait at most for one endpoint's reader; what comes then is dropped and
    /// counted. Default: 1 MiB.</summary>
    public int MaxQueuedBytes { get; init; } = 1 << 20;

    /// <summary>How long a connection may take to say what it wants, and to take its last packet. Default: 5 s.
    /// </summary>
    public TimeSpan PatienceTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a core dump may stand still before it is given up: meanwhile the processor does nothing else.
    /// Default: 10 s.</summary>
    public TimeSpan DumpStallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where refusals and failures are logged. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal string DirectoryOrDefault => Directory is null ? SharingDirectory.Default : Path.GetFullPath(Directory);

    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConnections);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTraces);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxQueuedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PatienceTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DumpStallTimeout, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(Logger);
    }
}
