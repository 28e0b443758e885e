// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>A command that changes a processor's state by one operation and has no options of its own.</summary>
internal sealed class RemoteprocChangeCommand : ProcessorCommand
{
    private readonly Func<RemoteProcessor, CancellationToken, Task<string?>> _change;

    public RemoteprocChangeCommand(
        string name, string description, Func<RemoteProcessor, CancellationToken, Task<string?>> change)
        : base(name, description, defaultTimeoutSeconds: 60)
    {
        _change = change;
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        run.WaitingFor = $"{found.Selector} is {processor.State}; the kernel's log (dmesg) may say why";
        long start = Stopwatch.GetTimestamp();
        string? outcome = await _change(processor, cancellationToken).ConfigureAwait(false);
        ActionReport report = ActionReport.From(run.Path, found, processor, start) with { Outcome = outcome };
        ProcessorScreen.WriteAction(report, run.IsJson);
        return RunResult.Ok;
    }
}
