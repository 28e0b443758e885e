// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Devices;

/// <summary>The command <c>ls</c>.</summary>
internal sealed class ListCommand : DeviceCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Print it again whenever it has changed, until Ctrl-C.",
    };

    public ListCommand()
        : base(
            "ls",
            "Lists processors, their links, channels and endpoints, with their states: the kernel's, and those that "
            + "programs share. Example: openamp ls",
            defaultTimeoutSeconds: 0)
    {
        Options.Add(_watch);
        AddCommonOptions();
    }

    protected override bool EndsByInterruption => true;

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        string? last = null;
        do
        {
            InventoryReport report = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken)
                .ConfigureAwait(false);
            string text = InventoryScreen.JsonOf(report);
            if (text != last)
            {
                last = text;
                InventoryScreen.Write(report, run.IsJson);
            }
        }
        while (await NextAsync(run.Line.GetValue(_watch), cancellationToken).ConfigureAwait(false));
        return RunResult.Ok;
    }

    private static async Task<bool> NextAsync(bool isWatch, CancellationToken cancellationToken)
    {
        if (isWatch)
        {
            await Task.Delay(WatchInterval, cancellationToken).ConfigureAwait(false);
        }

        return isWatch;
    }
}
