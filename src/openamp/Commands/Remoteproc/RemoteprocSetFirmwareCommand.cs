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

/// <summary>The command <c>remoteproc set-firmware</c>.</summary>
internal sealed class RemoteprocSetFirmwareCommand : ProcessorCommand
{
    private readonly Argument<string> _firmware = new("FILE")
    {
        Description = "The firmware: a file, which is checked and copied to where the kernel looks unless it is there, "
            + "or the name of one that is there.",
    };

    public RemoteprocSetFirmwareCommand()
        : base(
            "set-firmware",
            "Says what a stopped processor runs when it is started next. Example: openamp remoteproc set-firmware m4 "
            + "fw.elf",
            defaultTimeoutSeconds: 60,
            isRequired: true)
    {
        Arguments.Add(_firmware);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string path = FirmwareChoice.PathOf(run.Line.GetRequiredValue(_firmware), found, run.Root);
        await processor.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        ProcessorScreen.WriteAction(ActionReport.From(run.Path, found, processor, start), run.IsJson);
        return RunResult.Ok;
    }
}
