// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Commands.Udev;

/// <summary>Writes the files that let a group use remote processors and their messages without being root.</summary>
/// <remarks>
/// <para>Names out of sysfs come from the device tree and from firmware. None of them is handed to a program, and one
/// that has a slash or begins with a dot gets no symbolic link.</para>
/// <para>Programs are named by /bin, which is right on every layout, also with busybox.</para>
/// </remarks>
/// <param name="group">The group; checked by the caller.</param>
/// <param name="isForMessagesOnly">Whether the group may exchange messages, and not start, stop or load anything.
/// </param>
internal sealed class AccessRules(string group, bool isForMessagesOnly)
{
    /// <summary>Where members of the group put firmware; the kernel knows it as openamp/NAME.</summary>
    public const string FirmwareFolder = "/lib/firmware/openamp";

    private const string RulesPath = "/etc/udev/rules.d/60-openamp.rules";
    private const string TemporaryFilesPath = "/etc/tmpfiles.d/openamp.conf";
    private const string GroupsPath = "/etc/sysusers.d/openamp.conf";

    /// <summary>All files, in the order in which they take effect.</summary>
    public IReadOnlyList<SystemFile> Files() => isForMessagesOnly
        ? [Groups(), Rules()]
        : [Groups(), TemporaryFiles(), Rules()];

    /// <summary>The commands that make the files take effect now, and not at the next start.</summary>
    public IReadOnlyList<string> NextCommands()
    {
        List<string> commands =
        [
            $"getent group {group} || groupadd --system {group}",
            $"usermod --append --groups {group} USER",
        ];
        if (!isForMessagesOnly)
        {
            commands.Add($"systemd-tmpfiles --create {TemporaryFilesPath}");
        }

        commands.Add("udevadm control --reload");
        commands.Add("udevadm trigger --action=add --subsystem-match=remoteproc --subsystem-match=platform "
            + "--subsystem-match=virtio --subsystem-match=rpmsg --subsystem-match=tty");
        return commands;
    }

    private SystemFile Groups() => new("sysusers", GroupsPath, Head(GroupsPath) + $"g {group} -\n");

    private SystemFile TemporaryFiles() => new(
        "tmpfiles", TemporaryFilesPath, Head(TemporaryFilesPath) + $"d {FirmwareFolder} 2775 root {group} -\n");

    private SystemFile Rules() => new("rules", RulesPath, Head(RulesPath) + $$"""
        # Members of group '{{group}}' use remote processors and their messages without being root.
        {{Warning()}}
        ACTION=="remove", GOTO="openamp_end"

        # A processor's name is handed down to all that belongs to it, so that the links below /dev/openamp carry it
        # and not a number that changes between boots.
        SUBSYSTEM=="remoteproc", KERNEL=="remoteproc[0-9]*", \
          ATTR{name}=="?*", ATTR{name}!=".*", ATTR{name}!="*/*", ENV{OPENAMP_PROCESSOR}="$attr{name}"
        SUBSYSTEM!="remoteproc", SUBSYSTEMS=="remoteproc", IMPORT{parent}="OPENAMP_PROCESSOR"

        # Messages: control devices, endpoints and terminals.
        SUBSYSTEM=="rpmsg", KERNEL=="rpmsg_ctrl[0-9]*", GROUP="{{group}}", MODE="0660"
        SUBSYSTEM=="rpmsg", KERNEL=="rpmsg[0-9]*", GROUP="{{group}}", MODE="0660"
        SUBSYSTEM=="tty", KERNEL=="ttyRPMSG[0-9]*", GROUP="{{group}}", MODE="0660", ENV{ID_MM_PORT_IGNORE}="1"
        ENV{OPENAMP_PROCESSOR}=="?*", SUBSYSTEM=="rpmsg", KERNEL=="rpmsg_ctrl[0-9]*", \
          SYMLINK+="openamp/$env{OPENAMP_PROCESSOR}/control"
        ENV{OPENAMP_PROCESSOR}=="?*", SUBSYSTEM=="rpmsg", KERNEL=="rpmsg[0-9]*", \
          ATTR{name}=="?*", ATTR{name}!=".*", ATTR{name}!="*/*", \
          SYMLINK+="openamp/$env{OPENAMP_PROCESSOR}/$attr{name}-$attr{dst}"
        ENV{OPENAMP_PROCESSOR}=="?*", SUBSYSTEM=="tty", KERNEL=="ttyRPMSG[0-9]*", \
          SUBSYSTEMS=="rpmsg", ATTRS{dst}=="?*", SYMLINK+="openamp/$env{OPENAMP_PROCESSOR}/tty-$attr{dst}"
        {{Processors()}}
        LABEL="openamp_end"

        """);

    private string Warning() => isForMessagesOnly
        ? "# They cannot start, stop or load a processor."
        : "# Firmware reaches what its processor reaches, often all memory: choose them as you choose administrators.";

    private string Processors() => isForMessagesOnly ? "" : $$"""

        # Life cycle: the character device, and the attributes that start, stop, load and recover.
        SUBSYSTEM=="remoteproc", KERNEL=="remoteproc[0-9]*", GROUP="{{group}}", MODE="0660"
        ENV{OPENAMP_PROCESSOR}=="?*", SUBSYSTEM=="remoteproc", KERNEL=="remoteproc[0-9]*", \
          SYMLINK+="openamp/$env{OPENAMP_PROCESSOR}/remoteproc"
        SUBSYSTEM=="remoteproc", KERNEL=="remoteproc[0-9]*", \
          RUN+="/bin/chgrp -f {{group}} %S%p/state %S%p/firmware %S%p/recovery %S%p/coredump", \
          RUN+="/bin/chmod -f g+w %S%p/state %S%p/firmware %S%p/recovery %S%p/coredump"

        # Core dumps of remote processors, and of nothing else.
        SUBSYSTEM=="devcoredump", TEST=="failing_device/recovery", TEST=="failing_device/firmware", \
          RUN+="/bin/chgrp {{group}} %S%p/data", RUN+="/bin/chmod g+rw %S%p/data"

        # Trace is in debugfs, which only root enters: sudo openamp remoteproc trace.

        """;

    private static string Head(string path) => $"# {path}: {SystemFile.Mark}; docs/tool.md explains it.\n";
}
