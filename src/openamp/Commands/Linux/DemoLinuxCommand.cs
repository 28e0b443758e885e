// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Linux;
using OpenAmp.Tool.Services.Linux;

namespace OpenAmp.Tool.Commands.Linux;

/// <summary>The command <c>demo linux</c>.</summary>
internal sealed class DemoLinuxCommand : Command
{
    private const string FullName = "demo linux";
    private const int DefaultTimeoutSeconds = 60;

    private readonly CommonOptions _common = new(DefaultTimeoutSeconds);

    public DemoLinuxCommand()
        : base(
            "linux",
            "Starts a real Linux kernel as a process, is its remote processor, and shows the five demonstrations of "
            + "OpenAMP's multi-services demo with the kernel's own drivers: rpmsg-client-sample, rpmsg-tty, a terminal "
            + "that Linux creates and releases, raw messages on /dev/rpmsg0, and several endpoints on one remote "
            + "address. The kernel is built once, which takes some minutes and is not part of --timeout. "
            + "Example: openamp demo linux")
    {
        _common.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = _common.IsJson(line);
        using ILoggerFactory logging = _common.Logging(line);
        long start = Stopwatch.GetTimestamp();
        GuestParts? parts = null;
        RunOutcome outcome = await Limited(line, Timeout.InfiniteTimeSpan, () => "a build does not end").RunAsync(
            async token => parts = await GuestParts.FindAsync(Tell, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        LinuxDemo? demo = null;
        if (parts is not null)
        {
            start = Stopwatch.GetTimestamp();
            demo = new LinuxDemo(parts, _common.Wait(line), logging.CreateLogger("demo"));
            var screen = new LinuxDemoScreen(isJson);
            outcome = await Limited(line, _common.Timeout(line), () => demo.WaitingFor).RunAsync(
                token => screen.ShowAsync(onStep => demo.RunAsync(onStep, token)), cancellationToken)
                .ConfigureAwait(false);
        }

        LinuxDemoScreen.Write(Report(demo, outcome, Stopwatch.GetElapsedTime(start)), isJson);
        return (int)outcome.Result;
    }

    private LimitedRun Limited(ParseResult line, TimeSpan limit, Func<string> waitingFor)
        => new(FullName, _common.IsVerbose(line)) { Limit = limit, WaitingFor = waitingFor };

    private static void Tell(string what) => Notice.Write(FullName, what);

    private static LinuxDemoReport Report(LinuxDemo? demo, RunOutcome outcome, TimeSpan elapsed) => new()
    {
        Command = FullName,
        Kernel = demo?.Kernel,
        Steps = demo?.Reports ?? [],
        Messages = demo?.Reports.Sum(step => step.Messages) ?? 0,
        PeerFaults = demo?.PeerFaults ?? 0,
        ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
        Result = outcome.Word,
        Error = outcome.Error,
    };
}
