// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Boards;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>run</c>.</summary>
internal sealed class RunCommand : Command
{
    private const long LongestMemoryBytes = 1L << 40;
    private const int RecoveriesPerMinute = 10;

    private readonly CommonOptions _common = new(defaultTimeoutSeconds: 0);

    private readonly Argument<string> _firmware = new("FIRMWARE")
    {
        Description = "The ELF executable, with a .resource_table ('openamp firmware table' adds one); with --board "
            + "also the name of a firmware of this repository, such as echo.",
    };

    private readonly Argument<string[]> _arguments = new("ARGUMENTS")
    {
        Description = "What firmware that is a process gets as its own arguments; write -- before them.",
    };

    private readonly Option<QemuBoard?> _board = BoardOption.Create(
        "Run it on this emulated board instead of as a process.");

    private readonly Option<string?> _name = new("--name")
    {
        Description = "Name of the processor, in messages and dumps; 'remote' or the board's unless given.",
    };

    private readonly Option<long> _memory = new("--memory")
    {
        Description = "Memory that host and process share, in bytes; K, M and G are understood.",
        HelpName = "SIZE",
        DefaultValueFactory = _ => 1 << 20,
        CustomParser = ParseSize,
    };

    private readonly Option<string> _recover = new("--recover")
    {
        Description = "What to do when the firmware crashes: never (end), limited (at most "
            + "10 times in a minute, waiting longer each time) or always.",
        DefaultValueFactory = _ => "never",
    };

    private readonly Option<string?> _dumps = new("--core-dump")
    {
        Description = "Directory for the core dump that each crash leaves. None without it.",
        HelpName = "DIRECTORY",
    };

    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "Public key (PEM). With one, only firmware signed by it is run; give several to accept any of "
            + "them.",
        HelpName = "FILE",
    };

    private readonly SharingOption _sharing = new();

    private readonly Option<string?> _traceFile = new("--trace-file")
    {
        Description = "Write trace there too; it is rotated.",
        HelpName = "FILE",
    };

    public RunCommand()
        : base(
            "run",
            "Runs firmware as a process that shares memory with this one, or on an emulated board: loads it, starts "
            + "it, follows its trace and its state until Ctrl-C, then asks it to end and stops it. "
            + "Example: openamp run --board m4 echo, or openamp run firmware.elf --recover limited --core-dump dumps")
    {
        Arguments.Add(_firmware);
        Arguments.Add(_arguments);
        Options.Add(_board);
        Options.Add(_name);
        Options.Add(_memory);
        Options.Add(_recover);
        Options.Add(_dumps);
        Options.Add(_keys);
        Options.Add(_traceFile);
        _sharing.AddTo(this);
        _recover.AcceptOnlyFromAmong("never", "limited", "always");
        _common.AddTo(this);
        Validators.Add(RefuseWhatNoBoardHas);
        SetAction(RunAsync);
    }

    private void RefuseWhatNoBoardHas(CommandResult result)
    {
        if (result.GetResult(_board) is not { Implicit: false })
        {
            return;
        }

        if (result.GetResult(_memory) is { Implicit: false })
        {
            result.AddError("--memory is for firmware that is a process: a board has the memory that it has.");
        }

        if (result.GetResult(_arguments) is { Tokens.Count: > 0 } arguments)
        {
            result.AddError($"'{arguments.Tokens[0].Value}' is one word too many: arguments are for firmware that is a "
                + "process, and on a board nobody reads them.");
        }
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = _common.IsJson(line);
        using ILoggerFactory logging = _common.Logging(line);
        IRunScreen screen = isJson ? new JsonRunScreen() : new PlainRunScreen();
        var trace = new ScreenTraceSink(screen);
        await using ConfiguredAsyncDisposable traceEnd = trace.ConfigureAwait(false);
        var firmware = new FirmwareRun(screen, trace)
        {
            Path = line.GetRequiredValue(_firmware),
            Board = line.GetValue(_board),
            Driver = () => CreateDriver(line, screen),
            Options = ProcessorOptions(line, logging.CreateLogger(Name), screen),
            TraceFile = line.GetValue(_traceFile),
            Keys = line.GetValue(_keys) ?? [],
            Share = _sharing.ForProcessor(line, Name, logging.CreateLogger(Name)),
        };
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            LimitIsNormal = true,
            WaitingFor = () => "the firmware still runs",
            TellsInterruption = false,
        };
        RunOutcome outcome = await run.RunAsync(firmware.RunAsync, cancellationToken).ConfigureAwait(false);
        screen.End(firmware.Summary(outcome));
        return (int)(outcome.Result == RunResult.Interrupted ? RunResult.Ok : outcome.Result);
    }

    private RemoteProcessorDriver CreateDriver(ParseResult line, IRunScreen screen)
        => line.GetValue(_board) is { } board
            ? new QemuProcessorDriver(BoardOption.OptionsFor(board, line.GetValue(_name)))
            : new ProcessProcessorDriver(ProcessOptions(line, screen));

    private ProcessProcessorOptions ProcessOptions(ParseResult line, IRunScreen screen) => new()
    {
        Name = line.GetValue(_name) ?? "remote",
        MemoryBytes = line.GetValue(_memory),
        Arguments = line.GetValue(_arguments) ?? [],
        StandardOutput = ChildOutputMode.Lines,
        StandardError = ChildOutputMode.Lines,
        OnOutput = output => screen.Output(output.Text, output.IsError),
    };

    private RemoteProcessorOptions ProcessorOptions(ParseResult line, ILogger logger, IRunScreen screen) => new()
    {
        Recovery = line.GetValue(_recover) switch
        {
            "always" => RecoveryPolicy.Always,
            "limited" => RecoveryPolicy.AtMost(
                RecoveriesPerMinute, TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100)),
            _ => RecoveryPolicy.Never,
        },
        CoreDump = line.GetValue(_dumps) is { } directory
            ? new CoreDumpOptions { Mode = CoreDumpMode.Enabled, Directory = directory }
            : new CoreDumpOptions(),
        Trace = new TraceFollowerOptions { PollInterval = TimeSpan.FromMilliseconds(20) },
        Rpmsg = new RpmsgVdevOptions
        {
            Link = new RpmsgLinkOptions { WaitMode = _common.Wait(line), Logger = new ServiceLog(logger, screen) },
        },
        Logger = logger,
    };

    private static long ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string digits = text.TrimEnd('K', 'M', 'G', 'k', 'm', 'g');
        int shift = text.Length == digits.Length ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            _ => 30,
        };
        if (text.Length - digits.Length <= 1
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value > 0 && value <= LongestMemoryBytes >> shift)
        {
            return value << shift;
        }

        result.AddError($"--memory takes a size such as 65536, 512K or 16M, not '{text}'.");
        return 0;
    }
}
