// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Rpmsg;

/// <summary>Everything that links report, with stable numbers.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Link '{Link}' is up as {Role}: {Transmit} transmit and {Receive} receive "
        + "buffers, payloads up to {MaxPayload} bytes")]
    public static partial void LinkUp(
        ILogger logger,
        string link,
        VirtioRole role,
        int transmit,
        int receive,
        int maxPayload);

    [LoggerMessage(2, LogLevel.Information, "Link '{Link}' has ended: {Reason}")]
    public static partial void LinkEnded(ILogger logger, string link, RpmsgCloseReason reason);

    [LoggerMessage(3, LogLevel.Debug, "Link '{Link}': the peer announced service '{Service}' at 0x{Address:x}")]
    public static partial void Announced(ILogger logger, string link, string service, uint address);

    [LoggerMessage(4, LogLevel.Debug, "Link '{Link}': the peer took back service '{Service}' at 0x{Address:x}")]
    public static partial void Withdrawn(ILogger logger, string link, string service, uint address);

    [LoggerMessage(5, LogLevel.Warning, "Link '{Link}': dropped an announcement: {Why}")]
    public static partial void AnnouncementDropped(ILogger logger, string link, string why);

    [LoggerMessage(6, LogLevel.Warning, "Link '{Link}': endpoint {Endpoint} drops messages, its queue of {Capacity} is "
        + "full; read faster, enlarge ReceiveQueueCapacity or set WhenFull to PauseLink")]
    public static partial void QueueFull(ILogger logger, string link, string endpoint, int capacity);

    [LoggerMessage(7, LogLevel.Warning, "Link '{Link}': a message from 0x{Source:x} to 0x{Destination:x} was dropped, "
        + "no endpoint has that address; further ones are only counted")]
    public static partial void NoEndpoint(ILogger logger, string link, uint source, uint destination);

    [LoggerMessage(8, LogLevel.Error, "Link '{Link}': the handler of endpoint {Endpoint} threw; the "
        + "endpoint has ended")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string link, string endpoint);

    [LoggerMessage(9, LogLevel.Warning, "Link '{Link}': the peer could not be told that endpoint '{Endpoint}' "
        + "ended: no transmit buffer came free in time")]
    public static partial void GoodbyeLost(ILogger logger, string link, string endpoint);

    [LoggerMessage(10, LogLevel.Critical, "Link '{Link}': its thread failed")]
    public static partial void ThreadFailed(ILogger logger, Exception exception, string link);

    [LoggerMessage(11, LogLevel.Warning, "Link '{Link}' has ended while the program still has {Count} "
        + "buffers; its memory is kept until they are disposed")]
    public static partial void BuffersOutstanding(ILogger logger, string link, int count);

    [LoggerMessage(12, LogLevel.Information, "Link '{Link}' is up over {Carrier} as {Role}: payloads up to "
        + "{MaxPayload} bytes")]
    public static partial void CarrierLinkUp(
        ILogger logger,
        string link,
        string carrier,
        VirtioRole role,
        int maxPayload);

    [LoggerMessage(13, LogLevel.Error, "Link '{Link}': the port of endpoint {Endpoint} over {Carrier} failed")]
    public static partial void PortFailed(
        ILogger logger,
        Exception exception,
        string link,
        string endpoint,
        string carrier);

    [LoggerMessage(14, LogLevel.Warning, "Link '{Link}': {Count} messages of endpoint {Endpoint} were not sent before "
        + "it ended")]
    public static partial void OutboxLost(ILogger logger, string link, string endpoint, int count);

    [LoggerMessage(15, LogLevel.Warning, "Link '{Link}': the port of endpoint {Endpoint} over {Carrier} did not close "
        + "in time")]
    public static partial void PortLeftOpen(ILogger logger, string link, string endpoint, string carrier);
}
