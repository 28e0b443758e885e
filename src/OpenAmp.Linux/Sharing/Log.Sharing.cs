// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Linux;

/// <content>What sharing logs.</content>
internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Debug, "'{Name}' is shared at \"{Path}\".")]
    internal static partial void Shared(ILogger logger, string name, string path);

    [LoggerMessage(41, LogLevel.Warning, "A connection to \"{Path}\" could not be accepted: {Reason}")]
    internal static partial void SharingAcceptFailed(ILogger logger, string path, string reason);

    [LoggerMessage(42, LogLevel.Warning, "A request at \"{Path}\" was refused: {Reason}")]
    internal static partial void SharingRefused(ILogger logger, string path, string reason);

    [LoggerMessage(43, LogLevel.Error, "A connection to \"{Path}\" was given up.")]
    internal static partial void SharingFailed(ILogger logger, string path, Exception error);

    [LoggerMessage(44, LogLevel.Warning, "Trace '{Name}' of the program at \"{Path}\" ended: {Reason}")]
    internal static partial void TraceOfOthersEnded(ILogger logger, string name, string path, string reason);
}
