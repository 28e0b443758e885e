// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>The stages of a processor or a link that a program shares: the kernel has no part in it.</summary>
internal static class SharedStages
{
    private const string NoAnswer = "no answer";

    /// <summary>Whether the program answers.</summary>
    public static StageFinding Program(Patient patient)
    {
        string who = patient.Processor is { } processor ? $"process {processor.Device}" : $"{patient.OnlyLink?.Path}";
        return (patient.Processor?.State ?? patient.OnlyLink?.State) == NoAnswer
            ? StageFinding.Failed(
                $"{who} does not answer",
                "look whether it hangs or is stopped (Ctrl-Z); when it has ended its name goes away by itself")
            : StageFinding.Ok(patient.Processor?.Program is { } name ? $"{name}, {who}" : $"{who} answers");
    }

    /// <summary>Whether the processor runs.</summary>
    public static StageFinding State(Patient patient) => patient.Processor?.State switch
    {
        null => StageFinding.Skipped("this link leads to no processor that is shared"),
        "running" or "attached" => StageFinding.Ok(patient.Processor.State),
        "crashed" => StageFinding.Failed(
            "it crashed, and was not recovered", $"openamp remoteproc recover {patient.Selector}, or let its program "
                + "recover it (--recover limited)"),
        "offline" => StageFinding.Failed(
            "it is offline: no firmware is loaded",
            $"openamp remoteproc start {patient.Selector} --firmware FILE"),
        "detached" => StageFinding.Failed("it is detached", $"openamp remoteproc attach {patient.Selector}"),
        var other => StageFinding.Failed($"it is {other}", $"openamp remoteproc start {patient.Selector}"),
    };

    /// <summary>Whether it has a link.</summary>
    public static StageFinding Link(Patient patient) => patient.Links.Count > 0
        ? StageFinding.Ok(string.Join(", ", patient.Links.Select(link => link.Name)))
        : StageFinding.Failed(
            $"{patient.Selector} has no RPMsg link: its firmware's resource table has no vdev entry of virtio id 7, or "
                + "the firmware has not come up",
            $"openamp remoteproc trace {patient.Selector}; openamp firmware inspect FIRMWARE");

    /// <summary>Whether there is something to talk to.</summary>
    public static StageFinding Services(Patient patient)
    {
        string[] services =
        [
            .. patient.Channels.Select(channel => channel.Name),
            .. patient.Links.SelectMany(link => link.Endpoints).Select(endpoint => endpoint.Name),
        ];
        return services.Length > 0
            ? StageFinding.Ok(string.Join(", ", services))
            : StageFinding.Warning(
                "the remote has announced no service",
                    $"openamp remoteproc trace {patient.Selector} shows what it does");
    }
}
