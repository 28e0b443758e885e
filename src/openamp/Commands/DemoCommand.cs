// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
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
            "Starts a host and a remote as two processes and has them exchange messages in every way: echo of all "
            + "sizes, echo without a copy, greetings, matrix products and a flood; every byte is checked. "
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
        using var place = new DemoPlace();
        var settings = new LinkSettings
        {
            Role = VirtioRole.Driver,
            Side = SocketSide.Server,
            SharedMemoryName = place.SharedMemoryName,
            SocketPath = place.SocketPath,
            WaitMode = _common.Wait(line),
            Logger = logging.CreateLogger(Name),
        };
        var demo = new DemoRun(
            settings, _common.WaitName(line), DemoStep.All(line.GetValue(_messagesPerSize)), ScreenFor(isJson));
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
        HostProcessId = Environment.ProcessId,
        RemoteProcessId = demo.RemoteProcessId,
        Steps = demo.Reports,
        Messages = demo.Reports.Sum(step => step.Messages),
        Errors = demo.Reports.Sum(step => step.Errors),
        PeerFaults = demo.PeerFaults,
        ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
        Result = outcome.Word,
        Error = outcome.Error,
    };
}
