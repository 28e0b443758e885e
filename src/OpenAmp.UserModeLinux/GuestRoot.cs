// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace OpenAmp.UserModeLinux;

/// <summary>The guest's root directory: a directory of the host, made for one guest and removed with it.</summary>
/// <remarks>The guest sees it by hostfs, so there is no disk image to make. It holds the first program, busybox and
/// places to mount at; programs and libraries of the host are seen in /usr, read only.</remarks>
internal sealed class GuestRoot : IDisposable
{
    /// <summary>Begins a line with which the guest's shell answers; nothing else writes it.</summary>
    internal const char Mark = '\u0001';

    /// <summary>Begins the kernel log's line that says that a command has ended.</summary>
    internal const string EndMark = "openamp-guest: end of command ";

    private const string Applets = "/bin";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] MountPoints =
    [
        "proc", "sys", "dev", "tmp", "run", "mnt", "usr", "etc", "bin", "sbin", "root", "modules", "commands",
        "lib/firmware",
    ];

    private GuestRoot(string path) => Path = path;

    internal string Path { get; }

    /// <summary>Makes the directory.</summary>
    /// <param name="options">Valid options.</param>
    /// <returns>The root; the caller disposes it when the guest has ended.</returns>
    internal static GuestRoot Create(LinuxGuestOptions options)
    {
        GuestRoot root = new(Directory.CreateTempSubdirectory("openamp-guest-").FullName);
        try
        {
            root.Fill(options);
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Leaves a command where the guest's shell finds it.</summary>
    internal void WriteCommand(long number, string command)
        => File.WriteAllText(At(string.Create(CultureInfo.InvariantCulture, $"commands/{number}")), command + "\n");

    internal void RemoveCommand(long number)
        => File.Delete(At(string.Create(CultureInfo.InvariantCulture, $"commands/{number}")));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private void Fill(LinuxGuestOptions options)
    {
        foreach (string name in MountPoints.Concat(options.Folders.Keys.Select(name => "mnt/" + name)))
        {
            _ = Directory.CreateDirectory(At(name));
        }

        File.Copy(options.Image.BusyBoxPath, At("bin/busybox"));
        File.SetUnixFileMode(At("bin/busybox"), Executable);
        _ = File.CreateSymbolicLink(At("bin/sh"), "busybox");
        LinkLibraries();
        if (File.Exists("/etc/ld.so.cache"))
        {
            File.Copy("/etc/ld.so.cache", At("etc/ld.so.cache"));
        }

        File.WriteAllText(At("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
        File.WriteAllText(At("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
        File.WriteAllText(At("init"), FirstProgram(options));
        File.SetUnixFileMode(At("init"), Executable);
    }

    /// <summary>Lets programs find the host's libraries: /lib has links into /usr/lib, and its own
    /// /lib/firmware.</summary>
    /// <remarks>For hosts whose /lib is a link to usr/lib, as those of today are.</remarks>
    private void LinkLibraries()
    {
        foreach (string entry in Directory.Exists("/usr/lib") ? Directory.EnumerateFileSystemEntries("/usr/lib") : [])
        {
            string name = System.IO.Path.GetFileName(entry);
            if (name is not ("firmware" or "modules"))
            {
                _ = File.CreateSymbolicLink(At("lib/" + name), "/usr/lib/" + name);
            }
        }

        if (Directory.Exists("/usr/lib64"))
        {
            _ = File.CreateSymbolicLink(At("lib64"), "/usr/lib64");
        }
    }

    /// <summary>The guest's process 1: mounts, then runs one shell that takes commands and one that ends
    /// them.</summary>
    /// <remarks>Output goes through a pipe that stays open, so that a program left in the background cannot hold up
    /// the end of its command, and a program that looks sees no terminal.</remarks>
    private static string FirstProgram(LinuxGuestOptions options)
    {
        StringBuilder mounts = new();
        foreach ((string name, string folder) in options.Folders)
        {
            string path = Quote(System.IO.Path.GetFullPath(folder));
            _ = mounts.Append(CultureInfo.InvariantCulture, $"mount -t hostfs -o {path} {name} /mnt/{name}\n");
        }

        return $$"""
            #!/bin/busybox sh
            export PATH={{Applets}}:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=dumb
            exec </dev/null >/dev/kmsg 2>&1
            /bin/busybox --install -s {{Applets}}
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t debugfs debugfs /sys/kernel/debug
            mount -t tmpfs tmpfs /tmp
            mount -t tmpfs tmpfs /run
            mount -t hostfs -o ro,/usr usr /usr
            mount -t hostfs -o ro,{{Quote(options.Image.ModulesDirectory)}} modules /modules
            {{mounts}}
            stty -F /dev/tty0 raw -echo
            stty -F /dev/tty1 raw -echo
            mkfifo /run/output
            (
                printf '\001ready\n' >/dev/tty1
                while read -r what number; do
                    [ "$what" = kill ] || break
                    read -r running group </run/command
                    [ "$running" != "$number" ] || kill -KILL -"$group"
                done
                sync
                poweroff -f
            ) </dev/tty1 &
            exec </dev/tty0 9<>/run/output
            cat <&9 >/dev/tty0 9>&- &
            printf '\001ready\n' >&9
            while read -r number; do
                setsid sh -c 'echo "$0 $$" >/run/command; exec sh /commands/"$0"' "$number" </dev/null >&9 2>&1 9>&- &
                wait $!
                code=$?
                echo '{{EndMark}}'"$number" >/dev/kmsg
                printf '\001%s %s\n' "$number" "$code" >&9
            done
            poweroff -f

            """;
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
