// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The stages of the firmware.</summary>
internal static class FirmwareStages
{
    /// <summary>Whether the file is where the kernel looks.</summary>
    public static StageFinding File(Patient patient)
    {
        if (WhyNone(patient) is { } why)
        {
            return StageFinding.Skipped(why);
        }

        string place = $"openamp remoteproc set-firmware {patient.Selector} FILE";
        string? name = patient.Processor!.Firmware;
        if (string.IsNullOrEmpty(name))
        {
            return StageFinding.Failed("no firmware is set", place);
        }

        var path = new FirmwarePath(patient.Sysfs);
        if (path.Find(name) is { } found)
        {
            return StageFinding.Ok($"{name} is {found}");
        }

        string missing = $"{name} is in none of {string.Join(", ", path.Folders)}";
        return patient.Runs
            ? StageFinding.Warning($"{missing}: it runs, and after a crash or a stop it cannot start again", place)
            : StageFinding.Failed(missing, place);
    }

    /// <summary>Whether the kernel will take the file.</summary>
    public static async ValueTask<StageFinding> ImageAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (WhyNone(patient) is { } why)
        {
            return StageFinding.Skipped(why);
        }

        string? found = new FirmwarePath(patient.Sysfs).Find(patient.Processor!.Firmware ?? "");
        if (found is null || FirmwarePath.IsCompressed(found))
        {
            return StageFinding.Skipped(found is null ? "there is no file to look into" : $"{found} is compressed");
        }

        try
        {
            string path = patient.Sysfs.Root.At(found);
            FirmwareFile file = await FirmwareFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            return file.Parts.Count == 1
                ? Judge(patient, file, found)
                : Bad(patient, $"{found} is no ELF file of one image", "give the kernel an ELF executable");
        }
        catch (Exception exception) when (exception is FirmwareException or IOException)
        {
            return Bad(
                patient, Notice.OneLine(exception),
                $"build the firmware again, copy it again, and look: openamp firmware inspect {found}");
        }
    }

    private static StageFinding Judge(Patient patient, FirmwareFile file, string found)
    {
        string lint = $"openamp firmware lint --peers linux {found}";
        if (file.OnlyPart.Table is { Bytes: null } table)
        {
            if (table.Fault is { } fault)
            {
                return Bad(patient, SafeText.Of(fault), lint);
            }

            return StageFinding.Warning(
                $"{found} has no resource table: no messages, and many drivers refuse it",
                "openamp firmware table set adds one");
        }

        ResourceTableDiagnostic[] errors =
        [
            .. TableLint.Run(file, ResourceTablePeers.Linux)
                .Where(item => item.Severity == ResourceTableSeverity.Error),
        ];
        return errors.Length == 0
            ? StageFinding.Ok("an ELF image with a resource table that Linux takes")
            : Bad(patient, $"{errors[0].RuleId}: {SafeText.Of(errors[0].Message)}"
                + (errors.Length == 1 ? "" : $" (and {errors.Length - 1} more)"), lint);
    }

    // What runs was accepted, whatever we think of its file.
    private static StageFinding Bad(Patient patient, string found, string fix)
        => patient.Runs ? StageFinding.Warning(found, fix) : StageFinding.Failed(found, fix);

    private static string? WhyNone(Patient patient) => patient.Processor switch
    {
        null => "this link leads to no remote processor of the kernel",
        { State: "attached" or "detached" } => "somebody else started it, before the kernel or beside it",
        _ => null,
    };
}
