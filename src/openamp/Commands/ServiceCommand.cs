// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>A command that runs one demo service on one side of a link.</summary>
internal abstract class ServiceCommand : Command
{
    private const int DefaultTimeoutSeconds = 60;

    private readonly LinkOptions _link;
    private readonly CommonOptions _common = new(DefaultTimeoutSeconds);
    private readonly Option<bool>? _keepServing;
    private readonly SharingOption? _sharing;

    /// <summary>Makes the command.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="answers">Whether it answers, and may serve peer after peer, or asks.</param>
    protected ServiceCommand(string name, string description, bool answers)
        : base(name, description)
    {
        _link = new LinkOptions(isDeviceAndServer: answers);
        _link.AddTo(this);
        if (answers)
        {
            _keepServing = new("--keep-serving")
            {
                Description = "Serve the next peer after one has left or died, until Ctrl-C, or until --timeout if it "
                    + "is given.",
            };
            Options.Add(_keepServing);
            _sharing = new SharingOption();
            _sharing.AddTo(this);
        }

        _common.AddTo(this);
        SetAction(RunAsync);
    }

    /// <summary>What makes the service that the command line asks for.</summary>
    protected abstract Func<DemoService> ServiceFactory(ParseResult line);

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool keepServing = _keepServing is not null && line.GetValue(_keepServing);
        bool isJson = _common.IsJson(line);
        using ILoggerFactory logging = _common.Logging(line);
        LinkSettings settings = _link.Read(line, _common.Wait(line), logging.CreateLogger(Name));
        var session = new ServiceSession(settings, ServiceFactory(line))
        {
            Share = _sharing?.ForLink(line, Name, settings.Logger) ?? (static _ => NotShared.Instance),
        };
        if (!isJson && settings.Side == SocketSide.Server)
        {
            Notice.Write(Name, $"waiting for a peer at {settings.SocketPath} (Ctrl-C ends)");
        }

        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = keepServing && !_common.HasTimeout(line) ? Timeout.InfiniteTimeSpan : _common.Timeout(line),
            LimitIsNormal = keepServing,
            WaitingFor = () => session.WaitingFor,
        };
        long start = Stopwatch.GetTimestamp();
        RunOutcome outcome = await run.RunAsync(
            token => keepServing ? session.RunForeverAsync(TellLost, token) : session.RunOnceAsync(token),
            cancellationToken).ConfigureAwait(false);
        var report = RunReport.From(Name, settings, session.Totals, Stopwatch.GetElapsedTime(start), outcome);
        ReportWriter.Write(report, isJson);
        return (int)outcome.Result;
    }

    private void TellLost(Exception exception)
        => Notice.Write(Name, $"lost a peer: {Notice.OneLine(exception)}; waiting for the next");
}
