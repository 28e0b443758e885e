// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Tool.Devices;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The stages of the files that programs open.</summary>
internal static class NodeStages
{
    private const string Debug = "/sys/kernel/debug";

    /// <summary>Whether /dev has them.</summary>
    public static StageFinding Nodes(Patient patient)
    {
        string[] nodes = [.. NodesOf(patient)];
        string? missing = nodes.FirstOrDefault(node => !patient.Sysfs.Has(node));
        return missing is null
            ? StageFinding.Ok(string.Join(", ", nodes))
            : StageFinding.Failed(
                $"the kernel has {missing}, and /dev has not",
                "mount -t devtmpfs none /dev, or let udev or mdev make devices");
    }

    /// <summary>Whether this user may open them.</summary>
    public static StageFinding Access(Patient patient)
    {
        string[] closed = [.. NodesOf(patient).Where(node => !FilePermission.IsReadWrite(patient.Sysfs.Root.At(node)))];
        if (closed.Length > 0)
        {
            return StageFinding.Failed(
                $"this user may not read and write {string.Join(", ", closed)}",
                "sudo openamp udev --install, and do what it prints; or run this as root");
        }

        string state = $"{patient.ProcessorFolder}/state";
        return patient.Processor is not null && !FilePermission.IsReadWrite(patient.Sysfs.Root.At(state))
            ? StageFinding.Warning(
                $"this user may exchange messages, and not start or stop: {state} is read-only to it",
                "sudo openamp udev --install, and do what it prints")
            : StageFinding.Ok("this user may read and write all of them");
    }

    /// <summary>Whether trace can be read.</summary>
    public static StageFinding DebugFileSystem(Patient patient)
    {
        if (patient.Processor is not { } processor)
        {
            return StageFinding.Skipped("this link leads to no remote processor of the kernel");
        }

        string folder = $"{Debug}/remoteproc/{processor.Device}";
        if (patient.Sysfs.Names(folder).Count > 0)
        {
            return StageFinding.Ok(folder);
        }

        return FilePermission.IsSearchable(patient.Sysfs.Root.At(Debug))
            ? StageFinding.Warning(
                $"there is no {folder}: no trace, no resource table",
                $"mount -t debugfs none {Debug}; if it is mounted, "
                    + new KernelFeature("CONFIG_DEBUG_FS", "debugfs", CanBeModule: false).Remedy(patient.Sysfs))
            : StageFinding.Warning(
                $"this user may not look into {Debug}: no trace, no resource table",
                "sudo openamp remoteproc trace");
    }

    private static IEnumerable<string> NodesOf(Patient patient)
        => patient.Links.Select(link => link.Control).OfType<string>()
            .Concat(patient.Links.SelectMany(link => link.Endpoints).Select(endpoint => endpoint.Node).OfType<string>())
            .Concat(patient.Channels.Select(channel => channel.Node).OfType<string>());
}
