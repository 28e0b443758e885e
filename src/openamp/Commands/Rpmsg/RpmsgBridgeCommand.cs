// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Messages;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg bridge</c>.</summary>
internal sealed class RpmsgBridgeCommand : EndpointCommand
{
    private readonly Option<bool> _stdio = new("--stdio")
    {
        Description = "Standard input and output; ends with standard input.",
    };

    private readonly Option<string?> _tcpListen = new("--tcp-listen")
    {
        Description = "TCP clients, one after another. Without HOST only this machine's.",
        HelpName = "[HOST:]PORT",
    };

    private readonly Option<string?> _tcp = new("--tcp")
    {
        Description = "A TCP server; ends with its connection.",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _unixListen = new("--unix-listen")
    {
        Description = "Clients of a UNIX socket, one after another.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _unix = new("--unix")
    {
        Description = "A server at a UNIX socket; ends with its connection.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _terminal = new("--pty")
    {
        Description = "A new pseudo-terminal in raw mode, with a symbolic link to it at this path.",
        HelpName = "PATH",
    };

    private readonly Option<string> _frames = new("--frames")
    {
        Description = "Where messages end in the stream: none (what one read brings is a message, of at most the "
            + "longest length, and messages come out one behind the other), lines (a line is a message, without its "
            + "line break) or length (each has its length before it, four bytes, little-endian).",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<double> _linger = new("--linger")
    {
        Description = "How long answers are waited for when the stream has ended.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 0.5,
    };

    public RpmsgBridgeCommand()
        : base(
            "bridge",
            "Carries messages between an endpoint and standard input and output, a socket or a pseudo-terminal. "
            + "What the remote sends while nobody is connected is dropped, and counted at the end. Example: openamp "
            + "rpmsg bridge rpmsg-raw --tcp-listen 7000 --frames lines")
    {
        Options.Add(_stdio);
        Options.Add(_tcpListen);
        Options.Add(_tcp);
        Options.Add(_unixListen);
        Options.Add(_unix);
        Options.Add(_terminal);
        Options.Add(_frames);
        Options.Add(_linger);
        _frames.AcceptOnlyFromAmong("none", "lines", "length");
        Validators.Add(RefuseUnlessOne);
        AddCommonOptions();
    }

    protected override bool EndsByInterruption => true;

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, OpenedEndpoint opened, CancellationToken cancellationToken)
    {
        IStreamSource source = SourceOf(run.Line);
        await using ConfiguredAsyncDisposable end = source.ConfigureAwait(false);
        var session = new BridgeSession(
            opened.Endpoint,
            FramesOption.Read(run.Line.GetRequiredValue(_frames)),
            TimeSpan.FromSeconds(Math.Clamp(run.Line.GetValue(_linger), 0, 3600)));
        Notice.Write(run.Path, $"{opened} and {source.Describe()}");
        run.WaitingFor = "the bridge goes on; give --timeout 0 to keep it";
        try
        {
            await CarryAsync(session, source, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Notice.Write(run.Path, $"{session.ToEndpoint} to the remote, {session.ToStream} from it, "
                + $"{session.Dropped + opened.Endpoint.DroppedCount} dropped");
        }

        return RunResult.Ok;
    }

    private static async Task CarryAsync(
        BridgeSession session, IStreamSource source, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pump = session.PumpAsync(either.Token);
        Task serve = source.ServeAsync(session, either.Token);
        Task first = await Task.WhenAny(pump, serve).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(pump, serve), Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None))
            .ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    private IStreamSource SourceOf(ParseResult line)
        => line.GetValue(_tcpListen) is { } tcpListen ? SocketSource.ListenTcp(tcpListen)
            : line.GetValue(_tcp) is { } tcp ? SocketSource.ConnectTcp(tcp)
            : line.GetValue(_unixListen) is { } unixListen ? SocketSource.ListenUnix(unixListen)
            : line.GetValue(_unix) is { } unix ? SocketSource.ConnectUnix(unix)
            : line.GetValue(_terminal) is { } terminal ? TerminalSource.Open(terminal)
            : new StandardSource();

    private void RefuseUnlessOne(CommandResult result)
    {
        int count = new[] { _tcpListen, _tcp, _unixListen, _unix, _terminal }
            .Count(option => result.GetResult(option) is { Implicit: false }) + (result.GetValue(_stdio) ? 1 : 0);
        if (count != 1)
        {
            result.AddError("Give one of --stdio, --tcp-listen, --tcp, --unix-listen, --unix and --pty.");
        }

        foreach (Option<string?> option in (Option<string?>[])[_tcpListen, _tcp])
        {
            if (result.GetValue(option) is { } text && !SocketSource.TryParse(text, out _, out _))
            {
                result.AddError($"{option.Name} takes HOST:PORT, and a port is 0 to 65535, not '{text}'.");
            }
        }
    }
}
