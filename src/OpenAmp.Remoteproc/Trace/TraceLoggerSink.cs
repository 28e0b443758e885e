// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <summary>Writes each line of trace as one entry of a logger, with the fields Processor, Buffer and Text.</summary>
/// <remarks>A gap is a warning of its own, before the line that follows it. Safe for several pumps.</remarks>
public sealed partial class TraceLoggerSink : TraceSink
{
    private readonly ILogger _logger;
    private readonly LogLevel _level;
    private readonly bool _readsLevel;

    /// <summary>Chooses the logger.</summary>
    /// <param name="logger">Where entries go.</param>
    /// <param name="level">The level of lines that state none.</param>
    /// <param name="readsLevel">Whether the level is read from prefixes such as "&lt;3&gt;", "[E]", "E:" and
    /// "&lt;err&gt;", also after a time in brackets. The text is not changed.</param>
    public TraceLoggerSink(ILogger logger, LogLevel level = LogLevel.Information, bool readsLevel = true)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
        _level = level;
        _readsLevel = readsLevel;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
    {
        if (line.Flags.HasFlag(TraceLineFlags.Restarted))
        {
            LogRestart(_logger, origin.Processor, origin.Buffer);
        }

        if (line.Flags.HasFlag(TraceLineFlags.LostBytes))
        {
            LogLoss(_logger, origin.Processor, origin.Buffer, TraceNote.Loss(line), line.LostBytes);
        }

        if (line.Text.Length > 0 || line.Flags == TraceLineFlags.None)
        {
            LogLevel level = _readsLevel ? TraceLevel.Of(line.Text, _level) : _level;
            LogLine(_logger, level, origin.Processor, origin.Buffer, line.Text);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 310, Message = "{Processor}/{Buffer}: {Text}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string processor, string buffer, string text);

    [LoggerMessage(311, LogLevel.Warning, "{Processor}/{Buffer}: {Loss} ({LostBytes} bytes)", EventName = "TraceLost")]
    private static partial void LogLoss(
        ILogger logger, string processor, string buffer, string loss, ulong lostBytes);

    [LoggerMessage(312, LogLevel.Information, "{Processor}/{Buffer}: the remote began its trace again")]
    private static partial void LogRestart(ILogger logger, string processor, string buffer);
}
