// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Linux;
using OpenAmp.Tool.Services.Linux;

namespace OpenAmp.Tool.Commands.Linux;

/// <summary>The command <c>serve</c>.</summary>
internal sealed class ServeCommand : Command
{
    private readonly CommonOptions _common = new(defaultTimeoutSeconds: 0);

    private readonly Option<string> _socket = new("--socket-path")
    {
        Description = "Where the kernel's machine connects, as a vhost-user front end.",
        HelpName = "PATH",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "openamp-rpmsg.socket"),
    };

    private int _links;
    private ulong _faults;

    public ServeCommand()
        : base(
            "serve",
            "Is the remote processor of a Linux kernel that you start: presents an RPMsg device on a vhost-user "
            + "socket, and offers the services of OpenAMP's multi-services demo each time that the kernel's driver "
            + "binds, until Ctrl-C. User-Mode Linux takes it with virtio_uml.device=PATH:7. "
            + "Example: openamp serve --socket-path /tmp/rpmsg")
    {
        Options.Add(_socket);
        _common.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = _common.IsJson(line);
        string socket = Path.GetFullPath(line.GetRequiredValue(_socket));
        using ILoggerFactory logging = _common.Logging(line);
        ILogger logger = logging.CreateLogger(Name);
        var services = new MultiServices(isJson ? static _ => { } : static said => Screen.Line("  " + said));
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            LimitIsNormal = true,
            TellsInterruption = false,
            WaitingFor = static () => "",
        };
        long start = Stopwatch.GetTimestamp();
        RunOutcome outcome = await run.RunAsync(
            async token =>
            {
                var listener = VhostUserRpmsgListener.Listen(new()
                {
                    Server = new() { SocketPath = socket, Logger = logger },
                    Link = new() { Name = "linux", WaitMode = _common.Wait(line), Logger = logger },
                });
                await using (listener.ConfigureAwait(false))
                {
                    Notice.Write(Name, $"waiting for a kernel at {socket} (Ctrl-C ends): give User-Mode Linux the "
                        + $"argument virtio_uml.device={socket}:7");
                    await ServeAllAsync(listener, services, isJson, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        Write(
            new ServeReport
            {
                Command = Name,
                SocketPath = socket,
                Links = _links,
                Messages = services.Messages,
                HostTerminals = services.HostTerminals,
                PeerFaults = _faults,
                ElapsedSeconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3),
                Result = outcome.Word,
                Error = outcome.Error,
            },
            isJson);
        return (int)outcome.Result;
    }

    private async Task ServeAllAsync(
        VhostUserRpmsgListener listener, MultiServices services, bool isJson, CancellationToken cancellationToken)
    {
        listener.Refused += (_, refusal) => Notice.Write(Name, $"sent a front end away: {refusal.Fault?.Message}");
        while (true)
        {
            RpmsgLink link = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            await using (link.ConfigureAwait(false))
            {
                _links++;
                Tell("a kernel's driver has bound", isJson);
                try
                {
                    await services.ServeAsync(link, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    _faults += link.GetStatistics().PeerFaults;
                }

                Tell("the kernel's driver has left", isJson);
            }
        }
    }

    private static void Tell(string what, bool isJson)
    {
        if (!isJson)
        {
            Screen.Line(what);
        }
    }

    private static void Write(ServeReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, ReportJson.Default.ServeReport));
        }
        else if (report.Links > 0)
        {
            Screen.Line(string.Create(CultureInfo.InvariantCulture,
                $"Served {report.Links} times a driver, {report.Messages} messages, "
                    + $"{report.HostTerminals} terminals that the kernel created."));
        }
    }
}
