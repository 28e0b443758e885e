// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Linux;

/// <summary>What vhost-user servers report, with stable numbers.</summary>
internal static partial class VhostUserLog
{
    [LoggerMessage(1, LogLevel.Information, "Device '{Device}': a front end connected at {Path}")]
    public static partial void Connected(ILogger logger, string device, string path);

    [LoggerMessage(2, LogLevel.Information, "Device '{Device}': the front end left")]
    public static partial void Left(ILogger logger, string device);

    [LoggerMessage(3, LogLevel.Warning, "Device '{Device}': the front end was sent away ({Fault})")]
    public static partial void SentAway(ILogger logger, Exception exception, string device, VhostUserFault fault);

    [LoggerMessage(4, LogLevel.Warning, "Device '{Device}': a request was refused ({Fault})")]
    public static partial void Refused(ILogger logger, Exception exception, string device, VhostUserFault fault);

    [LoggerMessage(5, LogLevel.Critical, "Device '{Device}': the server's thread failed; it serves no more")]
    public static partial void ThreadFailed(ILogger logger, Exception exception, string device);

    [LoggerMessage(6, LogLevel.Error, "Device '{Device}': accepting a front end failed; the next try is in {Pause}")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, string device, TimeSpan pause);

    [LoggerMessage(7, LogLevel.Error, "Device '{Device}': a handler of the program threw")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string device);

    [LoggerMessage(8, LogLevel.Warning, "Link '{Link}' did not let go of the guest's memory in {Timeout}; it was given "
        + "empty memory in its place. Does a message handler block?")]
    public static partial void Detached(ILogger logger, string link, TimeSpan timeout);

    [LoggerMessage(9, LogLevel.Error, "Device '{Device}': the link could not be set up")]
    public static partial void LinkFailed(ILogger logger, Exception exception, string device);
}
