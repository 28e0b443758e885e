// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Boards;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Boards;

/// <summary>The command <c>gdb</c>.</summary>
internal sealed class GdbCommand : Command
{
    private readonly CommonOptions _common = new(defaultTimeoutSeconds: 0);

    private readonly Argument<string> _firmware = new("FIRMWARE")
    {
        Description = "The firmware: a name of this repository's, or the path of an ELF.",
        DefaultValueFactory = _ => "echo",
    };

    private readonly Argument<string[]> _arguments = new("ARGUMENTS")
    {
        Description = "With --exec: more arguments for gdb; write -- before them.",
    };

    private readonly Option<QemuBoard?> _board = BoardOption.Create("The board to run it on.", isRequired: true);

    private readonly Option<bool> _held = new("--held")
    {
        Description = "Hold the board before its first instruction until gdb lets it go on.",
    };

    private readonly Option<bool> _exec = new("--exec")
    {
        Description = "Run gdb-multiarch here, attached to the board; its end ends the command.",
    };

    public GdbCommand()
        : base(
            "gdb",
            "Runs firmware on an emulated board that gdb can attach to, and prints the command that does. The board's "
            + "links work meanwhile; Ctrl-C ends it all. Example: openamp gdb --board m4 echo --held --exec")
    {
        Arguments.Add(_firmware);
        Arguments.Add(_arguments);
        Options.Add(_board);
        Options.Add(_held);
        Options.Add(_exec);
        _common.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult(_arguments) is { Tokens.Count: > 0 } arguments && !result.GetValue(_exec))
            {
                result.AddError($"'{arguments.Tokens[0].Value}' is for gdb, which --exec would run.");
            }
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isExec = line.GetValue(_exec);
        using ILoggerFactory logging = _common.Logging(line);

        // With gdb on the terminal nobody else writes there.
        IRunScreen screen = _common.IsJson(line) ? new JsonRunScreen()
            : isExec ? new SilentRunScreen() : new PlainRunScreen();
        var trace = new ScreenTraceSink(screen);
        await using ConfiguredAsyncDisposable traceEnd = trace.ConfigureAwait(false);
        QemuProcessorDriver? driver = null;
        var firmware = new FirmwareRun(screen, trace)
        {
            Path = line.GetRequiredValue(_firmware),
            Board = line.GetRequiredValue(_board),
            Driver = () => driver = CreateDriver(line),
            Options = ProcessorOptions(line, logging.CreateLogger(Name), screen),
            TraceFile = null,
            Keys = [],
            Attend = async (processor, file, token) =>
            {
                await ShowAsync(line, driver!, file, screen, token).ConfigureAwait(false);
                if (!isExec)
                {
                    await FirmwareRun.WaitForTheEndAsync(processor, token).ConfigureAwait(false);
                }
            },
        };
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            LimitIsNormal = true,
            WaitingFor = () => "gdb still runs",
            TellsInterruption = false,
            IgnoresCtrlC = isExec, // gdb's: it stops the board, and not us
        };
        RunOutcome outcome = await run.RunAsync(firmware.RunAsync, cancellationToken).ConfigureAwait(false);
        screen.End(firmware.Summary(outcome));
        return (int)(outcome.Result == RunResult.Interrupted ? RunResult.Ok : outcome.Result);
    }

    private QemuProcessorDriver CreateDriver(ParseResult line)
    {
        if (line.GetValue(_exec))
        {
            _ = HostProgram.Gdb.Require("--exec runs");
        }

        return new(BoardOption.OptionsFor(line.GetRequiredValue(_board)!, startsHeld: line.GetValue(_held)));
    }

    private RemoteProcessorOptions ProcessorOptions(ParseResult line, ILogger logger, IRunScreen screen) => new()
    {
        Trace = new TraceFollowerOptions { PollInterval = TimeSpan.FromMilliseconds(20) },
        Rpmsg = new RpmsgVdevOptions
        {
            Link = new RpmsgLinkOptions { WaitMode = _common.Wait(line), Logger = new ServiceLog(logger, screen) },
        },
        Logger = logger,
    };

    /// <summary>Says how gdb gets to the board, or runs it.</summary>
    private async Task ShowAsync(
        ParseResult line,
        QemuProcessorDriver driver,
        string file,
        IRunScreen screen,
        CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(file);
        QemuDebugger debugger = await driver.OpenDebuggerAsync(path, cancellationToken).ConfigureAwait(false);
        if (line.GetValue(_exec))
        {
            int code = await Debugging.RunAsync(
                HostProgram.Gdb.Require("--exec runs"), path, debugger, line.GetValue(_arguments) ?? [],
                cancellationToken).ConfigureAwait(false);
            if (code != 0)
            {
                throw new ServiceFailedException(FormattableString.Invariant(
                    $"{HostProgram.Gdb.Name} ended with exit code {code}; the board was stopped"));
            }

            return;
        }

        screen.Hint("gdb", debugger.CommandLine);
        if (HostProgram.Gdb.Path is null)
        {
            screen.Hint("gdb", $"{HostProgram.Gdb.Name} is missing: {HostProgram.Gdb.Remedy}");
        }

        string state = line.GetValue(_held) ? "the board waits; 'continue' in gdb lets it go on" : "the board runs";
        screen.Hint("gdb", state + ". Ctrl-C here ends it.");
    }
}
