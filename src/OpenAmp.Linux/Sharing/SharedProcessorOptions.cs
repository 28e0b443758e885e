// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>How a processor that another program shares is used.</summary>
public sealed record SharedProcessorOptions
{
    /// <summary>Which: its name, NAME@PROCESS, the program's process id, or the path of its socket.</summary>
    public required string Selector { get; init; }

    /// <summary>Where to look. Default: the directory of <see cref="SharingOptions.Directory"/>.</summary>
    public string? Directory { get; init; }

    /// <summary>How long the program may take to answer for the first time. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an operation may take; the program that has the processor has deadlines of its own. Default:
    /// 2 min.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How its links behave; their names are given.</summary>
    public RpmsgLinkOptions Link { get; init; } = new();

    /// <summary>Where it logs. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
