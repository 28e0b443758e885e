// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc coredump</c>.</summary>
internal sealed class RemoteprocCoreDumpCommand : ProcessorCommand
{
    private readonly Option<string?> _mode = new("--mode")
    {
        Description = "What the kernel dumps at a crash: disabled, enabled (copies memory, then recovers) or inline "
            + "(recovers when the dump has been read). It stays so.",
        HelpName = "MODE",
    };

    private readonly OutputFile _output = new(
        "Write the dump there: of a kernel's processor the one that waits to be read, or else that of the next crash; "
        + "of a program's its memory as it is now.", isRequired: false);

    public RemoteprocCoreDumpCommand()
        : base(
            "coredump",
            "Sets what is dumped when a processor crashes, and fetches the dump. Without options it shows the setting. "
            + "Example: openamp remoteproc coredump m4 --mode enabled -o m4.core",
            defaultTimeoutSeconds: 0)
    {
        Options.Add(_mode);
        _output.AddTo(this);
        _mode.AcceptOnlyFromAmong("disabled", "enabled", "inline");
        Validators.Add(result =>
        {
            if (result.GetValue(_mode) == "disabled" && result.GetResult("--output") is not null)
            {
                result.AddError("--mode disabled makes no dump that -o could write: give another mode, or no -o.");
            }
        });
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        string? output = _output.PathOf(run.Line);
        _output.ThrowIfTaken(run.Line);
        DumpReport report = found.Kernel is { } info
            ? await DumpKernelAsync(run, found, info.Node, output, cancellationToken).ConfigureAwait(false)
            : await DumpSharedAsync(run, found, processor, output, cancellationToken).ConfigureAwait(false);
        DumpScreen.Write(report, run.IsJson);
        return RunResult.Ok;
    }

    private async Task<DumpReport> DumpKernelAsync(
        DeviceRun run, FoundProcessor found, string node, string? output, CancellationToken cancellationToken)
    {
        var dumps = new KernelCoreDump(run.Root, node);
        string? mode = run.Line.GetValue(_mode);
        string? before = dumps.Mode;
        if (mode is null && output is not null && before == "disabled")
        {
            mode = "enabled";
        }

        if (mode is not null && mode != before)
        {
            dumps.SetMode(mode);
        }

        var report = new DumpReport
        {
            Command = run.Path,
            Processor = found.Selector,
            Mode = dumps.Mode,
            Waiting = dumps.Find(),
            Result = new RunOutcome(RunResult.Ok).Word,
        };
        if (output is null)
        {
            return report;
        }

        run.WaitingFor = $"{found.Selector} has not crashed, so there is no dump; its state: openamp ls";
        if (report.Waiting is null && !run.IsJson)
        {
            Notice.Write(run.Path, $"waiting for {found.Selector} to crash; Ctrl-C ends it");
        }

        string folder = await dumps.WaitAsync(cancellationToken).ConfigureAwait(false);
        long length = await dumps.MoveAsync(folder, output, cancellationToken).ConfigureAwait(false);
        return report with { Waiting = null, Output = output, OutputBytes = length };
    }

    private static async Task<DumpReport> DumpSharedAsync(
        DeviceRun run,
        FoundProcessor found,
        RemoteProcessor processor,
        string? output,
        CancellationToken cancellationToken)
    {
        if (output is null)
        {
            throw new ServiceFailedException($"{found.Selector} is a program's, which decides what it dumps at a "
                + "crash; -o FILE writes its memory as it is now");
        }

        run.WaitingFor = $"the program that shares {found.Selector} has not written all of its memory";
        string partial = FormattableString.Invariant($"{output}.{Environment.ProcessId}.partial");
        long length;
        try
        {
            var target = new FileStream(partial, FileMode.Create, FileAccess.Write);
            await using (target.ConfigureAwait(false))
            {
                await processor.DumpAsync(target, cancellationToken).ConfigureAwait(false);
                length = target.Length;
            }

            File.Move(partial, output, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        return new DumpReport
        {
            Command = run.Path,
            Processor = found.Selector,
            Output = output,
            OutputBytes = length,
            Result = new RunOutcome(RunResult.Ok).Word,
        };
    }
}
