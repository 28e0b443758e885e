// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>demo</c>.</summary>
internal sealed class DemoCommand : Command
{
    private const int DefaultTimeoutSeconds = 60;

    private readonly CommonOptions _common = new(DefaultTimeoutSeconds);
    private readonly Option<int> _messagesPerSize = PayloadOptions.MessagesPerSize();

    public DemoCommand()
        : base(
            "demo",
            "Loads a firmware ELF into a processor that is a process of its own, starts it, and exchanges messages in "
            + "every way: echo of all sizes, echo without a copy, greetings, matrix products and a flood; every byte "
            + "is checked. Then it is stopped, started again, crashed, dumped and recovered, and its trace shown. "
            + "Example: openamp demo")
    {
        Options.Add(_messagesPerSize);
        _common.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = _common.IsJson(line);
        using ILoggerFactory logging = _common.Logging(line);
        var trace = new TraceCollector();
        await using ConfiguredAsyncDisposable traceEnd = trace.ConfigureAwait(false);
        var demo = new DemoRun(
            DemoStep.All(line.GetValue(_messagesPerSize)),
            _common.Wait(line),
            logging.CreateLogger(Name),
            ScreenFor(isJson),
            trace);
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            WaitingFor = () => demo.WaitingFor,
        };
        long start = Stopwatch.GetTimestamp();
        RunOutcome outcome = await run.RunAsync(demo.RunAsync, cancellationToken).ConfigureAwait(false);
        ReportWriter.Write(Report(demo, outcome, Stopwatch.GetElapsedTime(start)), isJson);
        return (int)outcome.Result;
    }

    private static IDemoScreen ScreenFor(bool isJson)
    {
        if (isJson)
        {
            return new SilentScreen();
        }

        return Console.IsOutputRedirected || !ReportWriter.Console.Profile.Capabilities.Ansi
            ? new PlainScreen()
            : new TerminalScreen(ReportWriter.Console);
    }

    private DemoReport Report(DemoRun demo, RunOutcome outcome, TimeSpan elapsed) => new()
    {
        Command = Name,
        Firmware = Path.GetFileName(DemoFirmwareCommand.FilePath),
        Life = demo.Life,
        Steps = demo.Reports,
        Trace = demo.Trace,
        Messages = demo.Reports.Sum(step => step.Messages),
        Errors = demo.Reports.Sum(step => step.Errors),
        PeerFaults = demo.PeerFaults,
        Crashes = demo.Crashes,
        ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
        Result = outcome.Word,
        Error = outcome.Error,
    };
}
