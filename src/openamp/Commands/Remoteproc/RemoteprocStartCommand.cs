// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc start</c>.</summary>
internal sealed class RemoteprocStartCommand : ProcessorCommand
{
    private readonly Option<string?> _firmware = new("--firmware")
    {
        Description = "Load this first: a file, which is copied to where the kernel looks unless it is there, or the "
            + "name of one that is there.",
        HelpName = "FILE",
    };

    public RemoteprocStartCommand()
        : base(
            "start",
            "Starts a processor, with its firmware or other, and waits until it runs. When the kernel refuses, "
            + "says what its log says. Example: openamp remoteproc start m4 --firmware fw.elf",
            defaultTimeoutSeconds: 60)
    {
        Options.Add(_firmware);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        run.WaitingFor = $"{found.Selector} is {processor.State}, not running; 'openamp remoteproc trace' and the "
            + "kernel's log may say why";
        long start = Stopwatch.GetTimestamp();
        if (run.Line.GetValue(_firmware) is { } firmware)
        {
            await processor.LoadAsync(FirmwareChoice.PathOf(firmware, found, run.Root), cancellationToken)
                .ConfigureAwait(false);
        }

        await processor.StartAsync(cancellationToken).ConfigureAwait(false);
        ProcessorScreen.WriteAction(ActionReport.From(run.Path, found, processor, start), run.IsJson);
        return RunResult.Ok;
    }
}
