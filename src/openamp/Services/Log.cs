// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Extensions.Logging;

namespace OpenAmp.Tool.Services;

/// <summary>What the services themselves report, with stable numbers.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Service '{Service}' is connected: the peer's endpoint is known")]
    public static partial void Connected(ILogger logger, string service);

    [LoggerMessage(2, LogLevel.Information, "Trace: {Line}")]
    public static partial void Trace(ILogger logger, string line);
}
