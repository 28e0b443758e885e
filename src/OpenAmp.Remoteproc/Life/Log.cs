// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <summary>What a processor logs, by number.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "Processor '{Processor}' went from {From} to {To}.")]
    public static partial void StateChanged(
        ILogger logger,
        string processor,
        RemoteProcessorState from,
        RemoteProcessorState to);

    [LoggerMessage(
        101,
        LogLevel.Information,
        "Processor '{Processor}' has '{Firmware}' loaded ({Format}, {LengthBytes} bytes).")]
    public static partial void Loaded(
        ILogger logger,
        string processor,
        string firmware,
        string format,
        long lengthBytes);

    [LoggerMessage(102, LogLevel.Error, "Processor '{Processor}' crashed ({Kind}): {Reason}")]
    public static partial void Crashed(ILogger logger, string processor, CrashKind kind, string reason);

    [LoggerMessage(103, LogLevel.Information, "Processor '{Processor}' was recovered; it is its start {Start}.")]
    public static partial void Recovered(ILogger logger, string processor, int start);

    [LoggerMessage(
        104,
        LogLevel.Warning,
        "Processor '{Processor}' stays crashed: its policy allows {Limit} recoveries.")]
    public static partial void NotRecovered(ILogger logger, string processor, int limit);

    [LoggerMessage(105, LogLevel.Error, "Processor '{Processor}' could not be recovered.")]
    public static partial void RecoveryFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(106, LogLevel.Error, "Processor '{Processor}' could not be stopped; it counts as crashed.")]
    public static partial void StopFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(107, LogLevel.Error, "Processor '{Processor}' could not be ended in order.")]
    public static partial void EndFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(108, LogLevel.Error, "A hook of processor '{Processor}' failed.")]
    public static partial void HookFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(
        109,
        LogLevel.Warning,
        "The firmware of processor '{Processor}' did not answer the request to end within {Timeout}; "
        + "it is stopped by force.")]
    public static partial void ShutdownIgnored(ILogger logger, string processor, TimeSpan timeout);

    [LoggerMessage(110, LogLevel.Information, "Dump of crash {Crash} of processor '{Processor}': {Path}")]
    public static partial void Dumped(ILogger logger, string processor, int crash, string path);

    [LoggerMessage(111, LogLevel.Error, "Crash {Crash} of processor '{Processor}' could not be dumped.")]
    public static partial void DumpFailed(ILogger logger, string processor, int crash, Exception error);

    [LoggerMessage(112, LogLevel.Warning, "Processor '{Processor}': {Entry} of type {Type} is unknown and skipped.")]
    public static partial void ResourceSkipped(ILogger logger, string processor, string entry, uint type);

    [LoggerMessage(
        113,
        LogLevel.Warning,
        "Trace buffer '{Buffer}' of processor '{Processor}' is not followed: {Reason}")]
    public static partial void TraceUnavailable(ILogger logger, string processor, string buffer, string reason);

    [LoggerMessage(
        114,
        LogLevel.Warning,
        "The trace sinks of processor '{Processor}' were too slow for its last lines.")]
    public static partial void TraceSlow(ILogger logger, string processor);

    [LoggerMessage(115, LogLevel.Error, "A virtio driver of processor '{Processor}' did not let its device go.")]
    public static partial void VdevFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(116, LogLevel.Error, "Processor '{Processor}' is no longer watched: a watch failed.")]
    public static partial void WatchFailed(ILogger logger, string processor, Exception error);

    [LoggerMessage(
        117,
        LogLevel.Error,
        "The memory of processor '{Processor}' is not given back: a virtio driver still uses it.")]
    public static partial void MemoryKept(ILogger logger, string processor);

    [LoggerMessage(118, LogLevel.Warning, "The registers of processor '{Processor}' are not in its dump.")]
    public static partial void NotesFailed(ILogger logger, string processor, Exception error);
}
