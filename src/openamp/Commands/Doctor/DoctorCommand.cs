// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The command <c>doctor</c>.</summary>
internal sealed class DoctorCommand : DeviceCommand
{
    private static readonly Stage[] KernelStages =
    [
        Stage.Of("kernel", ProcessorStages.Kernel),
        Stage.Of("processor", ProcessorStages.Processor),
        Stage.Of("firmware", FirmwareStages.File),
        new("image", FirmwareStages.ImageAsync),
        Stage.Of("state", ProcessorStages.State),
        Stage.Of("virtio", LinkStages.Virtio),
        Stage.Of("driver", LinkStages.Driver),
        Stage.Of("name service", LinkStages.NameService),
        Stage.Of("channels", LinkStages.Channels),
        Stage.Of("services", LinkStages.Services),
        Stage.Of("control", LinkStages.Control),
        Stage.Of("nodes", NodeStages.Nodes),
        Stage.Of("access", NodeStages.Access),
        Stage.Of("debugfs", NodeStages.DebugFileSystem),
    ];

    private static readonly Stage[] SharedStages =
    [
        Stage.Of("program", Doctor.SharedStages.Program),
        Stage.Of("state", Doctor.SharedStages.State),
        Stage.Of("link", Doctor.SharedStages.Link),
        Stage.Of("services", Doctor.SharedStages.Services),
    ];

    private readonly Argument<string?> _target = new("PROCESSOR")
    {
        Description = "The processor or link to look at, as 'openamp ls' names it; all of them unless given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public DoctorCommand()
        : base(
            "doctor",
            "Walks the chain from the kernel's configuration and the firmware to the channels and their devices, and "
            + "names the first stage that fails, with the reason and what to do. The exit code is 1 when one fails. "
            + "Example: openamp doctor",
            defaultTimeoutSeconds: 60)
    {
        Arguments.Add(_target);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        InventoryReport inventory = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken)
            .ConfigureAwait(false);
        var reports = new List<PatientReport>();
        foreach (Patient patient in PatientsIn(inventory, new Sysfs(run.Root), run.Line.GetValue(_target)))
        {
            reports.Add(await LookAsync(patient, cancellationToken).ConfigureAwait(false));
        }

        RunResult result = reports.Any(report => report.FirstFailure is not null) ? RunResult.Failed : RunResult.Ok;
        DoctorScreen.Write(new DoctorReport(run.Path, reports, new RunOutcome(result).Word), run.IsJson);
        return result;
    }

    private static Patient[] PatientsIn(InventoryReport inventory, Sysfs sysfs, string? asked)
    {
        var anybody = new Patient(sysfs, inventory) { Asked = asked };
        Patient[] all =
        [
            .. inventory.Processors.Where(processor => Selector.Fits(asked, processor.Origin, processor.Name,
                processor.Device))
                .Select(processor => anybody with { Processor = processor }),
            .. inventory.Links.Where(link => Selector.Fits(asked, link.Origin, link.Name, link.Name))
                .Select(link => anybody with { OnlyLink = link }),
        ];
        return all.Length > 0 ? all : [anybody];
    }

    private static async Task<PatientReport> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        var stages = new List<StageReport>();
        string? failure = null;
        foreach (Stage stage in patient.IsShared ? SharedStages : KernelStages)
        {
            if (failure is not null)
            {
                stages.Add(new StageReport(stage.Name, "not reached", $"{failure} comes first", null));
                continue;
            }

            StageFinding finding = await stage.LookAsync(patient, cancellationToken).ConfigureAwait(false);
            failure = finding.Status == StageStatus.Failed ? stage.Name : null;
            stages.Add(new StageReport(
                stage.Name, finding.Status.ToString().ToLowerInvariant(), finding.Found, finding.Fix));
        }

        return new PatientReport
        {
            Target = patient.Selector,
            Kind = patient.Processor is not null ? "processor" : patient.IsLinkAlone ? "link" : "machine",
            Stages = stages,
            FirstFailure = failure,
        };
    }
}
