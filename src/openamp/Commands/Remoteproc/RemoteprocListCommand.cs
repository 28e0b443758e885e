// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc list</c>.</summary>
internal sealed class RemoteprocListCommand : DeviceCommand
{
    public RemoteprocListCommand()
        : base(
            "list",
            "Lists the processors, one a line; 'openamp ls' shows their links too. Example: openamp remoteproc list",
            defaultTimeoutSeconds: 30)
        => AddCommonOptions();

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        InventoryReport report = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken)
            .ConfigureAwait(false);
        ProcessorScreen.WriteList(report with { Links = [] }, run.IsJson);
        return RunResult.Ok;
    }
}
