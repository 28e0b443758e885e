// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Linux;

/// <summary>What this library logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Processor '{Processor}' runs as process {Process}.")]
    internal static partial void ProcessStarted(ILogger logger, string processor, int process);

    [LoggerMessage(2, LogLevel.Debug, "The process of processor '{Processor}' {Exit}.")]
    internal static partial void ProcessEnded(ILogger logger, string processor, ChildExit exit);

    [LoggerMessage(3, LogLevel.Information, "{Processor}: {Line}")]
    internal static partial void Output(ILogger logger, string processor, string line);

    [LoggerMessage(4, LogLevel.Warning, "{Processor}: {Line}")]
    internal static partial void ErrorOutput(ILogger logger, string processor, string line);

    [LoggerMessage(5, LogLevel.Warning, "Notify id {NotifyId} is not watched any more.")]
    internal static partial void NotificationsLost(ILogger logger, uint notifyId, Exception error);

    [LoggerMessage(6, LogLevel.Warning, "The output of processor '{Processor}' could not be taken to its end.")]
    internal static partial void OutputFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(7, LogLevel.Error, "Processor '{Processor}' was removed while its process still runs.")]
    internal static partial void RemoveFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(8, LogLevel.Error, "The host of processor '{Processor}' is gone: its firmware has to end.")]
    internal static partial void HostGone(ILogger logger, string processor);

    [LoggerMessage(9, LogLevel.Error, "Whether the host of processor '{Processor}' lives is not known any more.")]
    internal static partial void HostNotWatched(ILogger logger, string processor, Exception error);

    [LoggerMessage(10, LogLevel.Critical, "Firmware of processor '{Processor}' goes on {Grace} after its host: "
        + "killed.")]
    internal static partial void HostGoneTooLong(ILogger logger, string processor, TimeSpan grace);
}
