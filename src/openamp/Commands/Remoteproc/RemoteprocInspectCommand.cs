// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc info</c>.</summary>
internal sealed class RemoteprocInspectCommand : ProcessorCommand
{
    public RemoteprocInspectCommand()
        : base(
            "info",
            "Shows all about a processor: state, firmware, recovery, resource table, memory, links. "
            + "Example: openamp remoteproc info m4",
            defaultTimeoutSeconds: 30)
        => AddCommonOptions();

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        InventoryReport all = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken).ConfigureAwait(false);
        ProcessorReport one = all.Processors.First(item => item.Origin == found.Origin
            && item.Name == found.Name && item.Device == found.Device);
        bool counts = found.Shared is not null;
        var report = new InspectionReport
        {
            Command = run.Path,
            Processor = one,
            FirmwarePath = found.Kernel?.FirmwarePath,
            Hardware = found.Kernel?.Device,
            Driver = found.Kernel?.Driver,
            DeviceTreeNode = found.Kernel?.DeviceTreeNode,
            Starts = counts ? processor.StartCount : null,
            Crashes = counts ? processor.CrashCount : null,
            LastCrash = processor.LastCrash?.Message,
            Table = processor.Table is { } table ? TableReading.Report(table) : null,
            Result = new RunOutcome(RunResult.Ok).Word,
        };
        ProcessorScreen.Write(processor is KernelRemoteProcessor kernel ? WithDebug(report, kernel) : report,
            run.IsJson);
        return RunResult.Ok;
    }

    private static InspectionReport WithDebug(InspectionReport report, KernelRemoteProcessor processor)
    {
        var notes = new List<string>();
        return report with
        {
            Table = Try(() => processor.ReadTable() is { } table ? TableReading.Report(table) : null) ?? report.Table,
            Carveouts = Try(() => processor.ReadCarveouts().Select(carveout => new CarveoutReport(
                SafeText.Of(carveout.Name), Quantity.Hex(carveout.DeviceAddress.Value),
                Quantity.Hex(carveout.DmaAddress), carveout.LengthBytes)).ToArray()) ?? [],
            Notes = notes,
        };

        T? Try<T>(Func<T?> read)
            where T : class
        {
            try
            {
                return read();
            }
            catch (KernelRemoteprocException exception)
            {
                notes.Add(Notice.OneLine(exception));
                return null;
            }
        }
    }
}
