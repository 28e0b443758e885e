// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using OpenAmp.Tool.Devices;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The stages of the processor itself.</summary>
internal static class ProcessorStages
{
    private const string LinkAlone = "this link leads to no remote processor of the kernel";

    /// <summary>Whether the kernel can have remote processors.</summary>
    public static StageFinding Kernel(Patient patient)
    {
        string release = KernelFeature.ReleaseOf(patient.Sysfs) ?? "of unknown release";
        return patient.Sysfs.HasFolder("/sys/class/remoteproc")
            ? StageFinding.Ok($"Linux {release} has remoteproc")
            : patient.IsLinkAlone
                ? StageFinding.Skipped(LinkAlone)
                : StageFinding.Failed(
                    $"Linux {release} has no remoteproc: there is no /sys/class/remoteproc",
                    new KernelFeature("CONFIG_REMOTEPROC", "remoteproc", CanBeModule: false).Remedy(patient.Sysfs));
    }

    /// <summary>Whether the processor is there.</summary>
    public static StageFinding Processor(Patient patient)
    {
        if (patient.IsLinkAlone)
        {
            return StageFinding.Skipped(LinkAlone);
        }

        if (patient.Processor is { } processor)
        {
            return StageFinding.Ok($"{processor.Name} is {processor.Device}");
        }

        string[] others =
        [
            .. patient.Inventory.Processors.Select(other => $"{other.Origin}:{other.Name}"),
            .. patient.Inventory.Links.Select(other => $"{other.Origin}:{other.Name}"),
        ];
        return patient.Asked is not null && others.Length > 0
            ? StageFinding.Failed(
                $"there is no processor or link '{patient.Asked}'", $"one of these: {string.Join(", ", others)}")
            : StageFinding.Failed(
                "the kernel has no remote processor: no driver has found one",
                "load the platform's driver, such as zynqmp_r5_remoteproc, imx_rproc, stm32_rproc or "
                    + "ti_k3_r5_remoteproc; its device-tree node must not be disabled; dmesg | grep -i rproc says "
                    + "more");
    }

    /// <summary>Whether it runs.</summary>
    public static StageFinding State(Patient patient)
    {
        if (patient.Processor is not { } processor)
        {
            return StageFinding.Skipped(LinkAlone);
        }

        return processor.State switch
        {
            "running" or "attached" when processor.Recovery == "disabled" => StageFinding.Warning(
                $"{processor.State}; recovery is disabled: after a crash it stays crashed",
                $"echo enabled > {patient.ProcessorFolder}/recovery"),
            "running" or "attached" => StageFinding.Ok(
                processor.Recovery is null ? processor.State : $"{processor.State}, recovery {processor.Recovery}"),
            "offline" => StageFinding.Failed("it is offline", $"openamp remoteproc start {patient.Selector}"),
            "detached" => StageFinding.Failed(
                "it is detached: it runs, and the kernel has let go of it",
                    $"openamp remoteproc attach {patient.Selector}"),
            "crashed" when processor.Recovery == "disabled" => StageFinding.Failed(
                "it crashed, and recovery is disabled",
                $"openamp remoteproc recover {patient.Selector}; the last lines of its trace may say why"),
            "crashed" => StageFinding.Failed(
                "it crashed, and was not recovered", "dmesg | grep remoteproc says why it could not start again"),
            "suspended" => StageFinding.Failed("it is suspended", "wake the machine, or the power domain it is in"),
            var other => StageFinding.Failed(
                $"its state is '{other}'", $"dmesg | grep {processor.Device} may say why"),
        };
    }
}
