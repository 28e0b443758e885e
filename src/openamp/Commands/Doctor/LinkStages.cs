// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The stages of the virtio device and what is on it.</summary>
internal static class LinkStages
{
    private const string BusDriver = "virtio_rpmsg_bus";
    private static readonly KernelFeature Bus = new("CONFIG_RPMSG_VIRTIO", BusDriver);

    /// <summary>Whether there is a virtio device.</summary>
    public static StageFinding Virtio(Patient patient) => patient.Links.Count > 0
        ? StageFinding.Ok(string.Join(", ", patient.Links.Select(link => link.Name)))
        : StageFinding.Failed(
            $"{patient.Processor?.Name} has no RPMsg device: its resource table has no vdev entry of virtio id 7, or "
                + "the kernel refused the entry",
            "openamp firmware inspect FIRMWARE shows the table; dmesg | grep virtio may say why it was refused");

    /// <summary>Whether the kernel's driver has each device.</summary>
    public static StageFinding Driver(Patient patient)
    {
        string drivers = $"/sys/bus/virtio/drivers/{BusDriver}";
        foreach (LinkReport link in patient.Links)
        {
            if (link.Driver is null)
            {
                return StageFinding.Failed(
                    $"{link.Name} has no driver",
                    patient.Sysfs.HasFolder(drivers)
                        ? $"echo {link.Name} > {drivers}/bind" : Bus.Remedy(patient.Sysfs));
            }

            if (link.State == "down")
            {
                return StageFinding.Failed(
                    $"{link.Driver} has not made {link.Name} ready (DRIVER_OK is not set)",
                    $"dmesg | grep {link.Name} may say why");
            }
        }

        return StageFinding.Ok(string.Join(", ", patient.Links.Select(link => $"{link.Name} has {link.Driver}")));
    }

    /// <summary>Whether services are announced, and the kernel listens.</summary>
    public static StageFinding NameService(Patient patient)
    {
        foreach (LinkReport link in patient.Links)
        {
            if (link.NameServiceDriver == "none")
            {
                return StageFinding.Failed(
                    $"nobody on {link.Name} hears the remote's announcements: the name service has no driver",
                    new KernelFeature("CONFIG_RPMSG_NS", "rpmsg_ns").Remedy(patient.Sysfs));
            }

            if (link.HasNameService == false)
            {
                return StageFinding.Warning(
                    $"the firmware offers no name service on {link.Name} (feature bit 0): no channel comes by itself",
                    $"openamp rpmsg create-ept --link {patient.Selector} NAME --destination ADDRESS");
            }
        }

        return StageFinding.Ok("announcements are heard");
    }

    /// <summary>Whether the remote has announced anything.</summary>
    public static StageFinding Channels(Patient patient)
    {
        ChannelReport[] channels = [.. patient.Channels];
        if (channels.Length > 0)
        {
            return StageFinding.Ok(string.Join(", ", channels.Select(channel => channel.Name)));
        }

        if (patient.Links.All(link => link.HasNameService == false)
            || patient.Links.Any(link => link.Endpoints.Count > 0))
        {
            return StageFinding.Skipped("no channels; endpoints are made through the control device");
        }

        string trace = patient.Processor is null ? "" : $"openamp remoteproc trace {patient.Selector} shows what the "
            + "firmware does; ";
        return StageFinding.Failed(
            "the remote has announced no service",
            $"{trace}it must announce once the link's status has DRIVER_OK; or make an endpoint by hand: "
                + $"openamp rpmsg create-ept --link {patient.Selector} NAME --destination ADDRESS");
    }

    /// <summary>Whether channels of the kernel's own services have their drivers.</summary>
    public static StageFinding Services(Patient patient)
    {
        foreach (ChannelReport channel in patient.Channels.Where(channel => channel.Driver is null))
        {
            KernelFeature? feature = channel.Name switch
            {
                "rpmsg-raw" => new("CONFIG_RPMSG_CHAR", "rpmsg_char"),
                "rpmsg-tty" => new("CONFIG_RPMSG_TTY", "rpmsg_tty"),
                "rpmsg-client-sample" => new("CONFIG_SAMPLE_RPMSG_CLIENT", "rpmsg_client_sample"),
                _ => null,
            };
            if (feature is not null)
            {
                return StageFinding.Failed($"{channel.Name} has no driver", feature.Remedy(patient.Sysfs));
            }
        }

        string[] free = [.. patient.Channels.Where(channel => channel.Driver is null).Select(channel => channel.Name)];
        return free.Length > 0
            ? StageFinding.Ok($"no kernel driver for {string.Join(", ", free)}: programs use it")
            : patient.Channels.Any() ? StageFinding.Ok("each channel has its driver")
                : StageFinding.Skipped("no channels");
    }

    /// <summary>Whether programs can make endpoints.</summary>
    public static StageFinding Control(Patient patient)
        => patient.Links.FirstOrDefault(link => link.Control is null) is { } link
            ? StageFinding.Failed(
                $"{link.Name} has no control device: programs cannot make endpoints",
                new KernelFeature("CONFIG_RPMSG_CTRL", "rpmsg_ctrl").Remedy(patient.Sysfs)
                    + "; before Linux 5.18 it is part of rpmsg_char")
            : StageFinding.Ok(string.Join(", ", patient.Links.Select(link => link.Control)));
}
