// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Linux;

/// <summary>What a processor of the kernel logs, by number.</summary>
internal static partial class RemoteprocLog
{
    [LoggerMessage(400, LogLevel.Error, "Processor '{Processor}' could not be ended in order.")]
    public static partial void EndFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(401, LogLevel.Warning, "Processor '{Processor}': {Finding}")]
    public static partial void FirmwareDoubtful(ILogger logger, string processor, string finding);

    [LoggerMessage(402, LogLevel.Information, "Processor '{Processor}' has '{Firmware}' as its firmware: {Path}")]
    public static partial void Placed(ILogger logger, string processor, string firmware, string path);

    [LoggerMessage(403, LogLevel.Warning, "Processor '{Processor}' cannot be looked at: {Reason}")]
    public static partial void LookFailed(ILogger logger, string processor, string reason);

    [LoggerMessage(404, LogLevel.Information, "Processor '{Processor}' was recovered; it is its start {Start}.")]
    public static partial void Recovered(ILogger logger, string processor, int start);

    [LoggerMessage(405, LogLevel.Error, "Processor '{Processor}' could not be recovered.")]
    public static partial void RecoveryFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(406, LogLevel.Error, "Crash {Crash} of processor '{Processor}' could not be dumped.")]
    public static partial void DumpFailed(ILogger logger, string processor, int crash, Exception error);

    [LoggerMessage(407, LogLevel.Warning, "Processor '{Processor}' has no RPMsg link: {Reason}")]
    public static partial void NoLink(ILogger logger, string processor, string reason);

    [LoggerMessage(
        408,
        LogLevel.Warning,
        "Trace buffer '{Buffer}' of processor '{Processor}' is not followed: {Reason}")]
    public static partial void TraceUnavailable(ILogger logger, string processor, string buffer, string reason);

    [LoggerMessage(409, LogLevel.Warning, "Processor '{Processor}' stays crashed: nobody recovers it.")]
    public static partial void NotRecovered(ILogger logger, string processor);

    [LoggerMessage(410, LogLevel.Error, "A link of processor '{Processor}' did not end in order.")]
    public static partial void LinkFailed(ILogger logger, string processor, Exception error);
}
