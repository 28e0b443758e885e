// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Extensions.Logging;

namespace OpenAmp.UserModeLinux;

/// <summary>What this library logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "A guest runs as process {Process}.")]
    internal static partial void Started(ILogger logger, int process);

    [LoggerMessage(2, LogLevel.Debug, "Guest: {Line}")]
    internal static partial void KernelSaid(ILogger logger, string line);

    [LoggerMessage(3, LogLevel.Debug, "The guest in process {Process} {Exit}.")]
    internal static partial void Ended(ILogger logger, int process, string exit);

    [LoggerMessage(4, LogLevel.Debug, "Address randomization cannot be turned off (errno {Errno}): the guest's memory "
        + "is laid out with a gap, which costs nothing but address space.")]
    internal static partial void StillRandom(ILogger logger, int errno);

    [LoggerMessage(5, LogLevel.Warning, "A command in the guest took too long or was cancelled, and is "
        + "killed: {Command}")]
    internal static partial void CommandKilled(ILogger logger, string command);
}
