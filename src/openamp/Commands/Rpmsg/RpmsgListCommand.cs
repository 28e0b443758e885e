// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg list</c>.</summary>
internal sealed class RpmsgListCommand : DeviceCommand
{
    public RpmsgListCommand()
        : base(
            "list",
            "Lists links with their services and endpoints, and processors not. Example: openamp rpmsg list",
            defaultTimeoutSeconds: 30)
        => AddCommonOptions();

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        InventoryReport all = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken).ConfigureAwait(false);
        InventoryScreen.WriteLinks(
            all with { Processors = [], Links = [.. all.Processors.SelectMany(one => one.Links), .. all.Links] },
            run.IsJson);
        return RunResult.Ok;
    }
}
