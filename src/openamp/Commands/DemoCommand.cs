// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Qemu;
using OpenAmp.Tool.Commands.Boards;
using OpenAmp.Tool.Commands.Linux;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>demo</c>.</summary>
internal sealed class DemoCommand : Command
{
    private const int DefaultTimeoutSeconds = 60;
    private const int BoardMessagesPerSize = 10;

    private readonly CommonOptions _common = new(DefaultTimeoutSeconds);
    private readonly Option<QemuBoard?> _board = BoardOption.Create("Show it on this emulated board.");

    private readonly SharingOption _sharing = new();

    private readonly Option<int> _messagesPerSize = PayloadOptions.MessagesPerSize();

    public DemoCommand()
        : base(
            "demo",
            "Loads a firmware ELF into a processor that is a process of its own, or with --board an emulated board "
            + "that runs firmware in C#, starts it, and exchanges messages in "
            + "every way: echo of all sizes, echo without a copy, greetings, matrix products and a flood; every byte "
            + "is checked. Then it is stopped, started again, crashed, dumped and recovered, and its trace shown. "
            + "Example: openamp demo, or openamp demo --board m4, or with a Linux kernel openamp demo linux")
    {
        Subcommands.Add(new DemoLinuxCommand());
        Options.Add(_board);
        Options.Add(_messagesPerSize);
        _sharing.AddTo(this);
        _common.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = _common.IsJson(line);
        using ILoggerFactory logging = _common.Logging(line);
        var trace = new TraceCollector();
        await using ConfiguredAsyncDisposable traceEnd = trace.ConfigureAwait(false);
        DemoTarget target = line.GetValue(_board) is { } board ? DemoTarget.On(board) : DemoTarget.Process;
        var demo = new DemoRun(
            target,
            DemoStep.All(MessagesPerSize(line, target)),
            _common.Wait(line),
            logging.CreateLogger(Name),
            ScreenFor(isJson),
            trace)
        {
            Share = _sharing.ForProcessor(line, Name, logging.CreateLogger(Name)),
        };
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            WaitingFor = () => demo.WaitingFor,
        };
        long start = Stopwatch.GetTimestamp();
        RunOutcome outcome = await run.RunAsync(demo.RunAsync, cancellationToken).ConfigureAwait(false);
        ReportWriter.Write(Report(target, demo, outcome, Stopwatch.GetElapsedTime(start)), isJson);
        return (int)outcome.Result;
    }

    // An emulated core takes ten times as long for a message.
    private int MessagesPerSize(ParseResult line, DemoTarget target)
        => target.Board is not null && line.GetResult(_messagesPerSize) is not { Implicit: false }
            ? BoardMessagesPerSize : line.GetValue(_messagesPerSize);

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

    private DemoReport Report(DemoTarget target, DemoRun demo, RunOutcome outcome, TimeSpan elapsed) => new()
    {
        Command = Name,
        Firmware = target.Title.Split(' ')[0],
        Board = target.Board?.Name,
        Life = demo.Life,
        Steps = demo.Reports,
        Trace = demo.Trace,
        Crash = demo.Crash,
        Messages = demo.Reports.Sum(step => step.Messages),
        Errors = demo.Reports.Sum(step => step.Errors),
        PeerFaults = demo.PeerFaults,
        Crashes = demo.Crashes,
        ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
        Result = outcome.Word,
        Error = outcome.Error,
    };
}
