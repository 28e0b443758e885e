// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <summary>What following trace reports about itself, with stable numbers.</summary>
internal static partial class TraceLog
{
    [LoggerMessage(301, LogLevel.Warning, "Trace buffer '{Buffer}' of '{Processor}': its control block contradicts "
        + "itself, so text may be missing or repeated; further cases are only shown in the trace")]
    public static partial void Broken(ILogger logger, string processor, string buffer);

    [LoggerMessage(302, LogLevel.Error, "Trace buffer '{Buffer}' of '{Processor}' is not read: its control block is "
        + "not of version {Version} with halves of {HalfBytes} bytes; give the firmware the length that the resource "
        + "table states")]
    public static partial void Refused(
        ILogger logger, string processor, string buffer, uint version, int halfBytes);

    [LoggerMessage(303, LogLevel.Warning, "Trace file '{Path}' cannot be written ({Reason}): lines are dropped and "
        + "counted until it can; trying again every {Interval}")]
    public static partial void FileFailed(ILogger logger, string path, string reason, TimeSpan interval);

    [LoggerMessage(304, LogLevel.Information, "Trace file '{Path}' is written again; {Dropped} lines are missing")]
    public static partial void FileRecovered(ILogger logger, string path, long dropped);
}
