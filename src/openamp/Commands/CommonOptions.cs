// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Commands;

/// <summary>The options that every command has: how to wait, how long, and how to report.</summary>
internal sealed class CommonOptions
{
    private const int LongestTimeoutSeconds = 1_000_000;

    private readonly Option<double> _timeout;
    private readonly bool _hasWait;

    private readonly Option<string> _wait = new("--wait")
    {
        Description = "How to wait for messages: adaptive (watch a moment, then block), interrupt (block at once) or "
            + "poll (always watch; takes one core).",
        DefaultValueFactory = _ => "adaptive",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON object." };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Log to standard error what the link does, and show where an error comes from.",
    };

    /// <summary>Makes the options.</summary>
    /// <param name="defaultTimeoutSeconds">The whole run's limit when none is given.</param>
    /// <param name="hasWait">Whether there is a choice of how to wait.</param>
    public CommonOptions(int defaultTimeoutSeconds, bool hasWait = true)
    {
        _hasWait = hasWait;
        _timeout = new("--timeout")
        {
            Description = "Limit of the whole run in seconds; 0 is no limit.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => defaultTimeoutSeconds,
            CustomParser = ParseTimeout,
        };
        _wait.AcceptOnlyFromAmong("adaptive", "interrupt", "poll");
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_timeout);
        if (_hasWait)
        {
            command.Options.Add(_wait);
        }

        command.Options.Add(_json);
        command.Options.Add(_verbose);
    }

    public bool IsJson(ParseResult line) => line.GetValue(_json);

    public bool IsVerbose(ParseResult line) => line.GetValue(_verbose);

    public bool HasTimeout(ParseResult line) => line.GetResult(_timeout) is { Implicit: false };

    /// <summary>The whole run's limit; infinite when there is none.</summary>
    public TimeSpan Timeout(ParseResult line)
        => line.GetValue(_timeout) is var seconds and > 0
            ? TimeSpan.FromSeconds(seconds)
            : System.Threading.Timeout.InfiniteTimeSpan;

    public string WaitName(ParseResult line) => line.GetRequiredValue(_wait);

    public WaitMode Wait(ParseResult line) => WaitName(line) switch
    {
        "interrupt" => WaitMode.InterruptOnly,
        "poll" => WaitMode.PollOnly,
        _ => WaitMode.Adaptive,
    };

    /// <summary>A factory of loggers that write to standard error, or of none.</summary>
    public ILoggerFactory Logging(ParseResult line)
    {
        if (!IsVerbose(line))
        {
            return NullLoggerFactory.Instance;
        }

        return LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Debug)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddSimpleConsole(format =>
            {
                format.SingleLine = true;
                format.TimestampFormat = "HH:mm:ss.fff ";
                format.ColorBehavior = LoggerColorBehavior.Disabled;
            }));
    }

    private static double ParseTimeout(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0 and <= LongestTimeoutSeconds)
        {
            return seconds;
        }

        result.AddError($"--timeout takes 0 to {LongestTimeoutSeconds} seconds, not '{text}'.");
        return 0;
    }
}
