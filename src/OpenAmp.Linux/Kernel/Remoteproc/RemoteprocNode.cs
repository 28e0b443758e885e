// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>The files of one of the kernel's remote processors. Reads only.</summary>
/// <param name="root">Where the kernel shows its devices.</param>
/// <param name="name">The directory below <see cref="ClassPath"/>.</param>
internal sealed class RemoteprocNode(KernelRoot root, string name)
{
    public const string ClassPath = "/sys/class/remoteproc";
    public const string Prefix = "remoteproc";
    private const string DeviceTree = "/devicetree/base";

    // Far more than any attribute has.
    private const int DeepestLevel = 4;

    public KernelRoot Root => root;

    public string Name => name;

    /// <summary>The directory of its attributes.</summary>
    public string Directory => root.At($"{ClassPath}/{name}");

    public string CharacterDevice => root.At($"/dev/{name}");

    public string DebugDirectory => root.At($"/sys/kernel/debug/remoteproc/{name}");

    public string Attribute(string attribute) => Path.Combine(Directory, attribute);

    /// <summary>Where a setting is: sysfs, or debugfs on kernels before 5.10.</summary>
    /// <returns><see langword="null"/> when this kernel has no such setting, or shows it to root only.</returns>
    public string? FindSetting(string setting)
        => new[] { Attribute(setting), Path.Combine(DebugDirectory, setting) }.FirstOrDefault(File.Exists);

    public static IEnumerable<RemoteprocNode> FindAll(KernelRoot root)
    {
        string directory = root.At(ClassPath);
        return System.IO.Directory.Exists(directory)
            ? System.IO.Directory.EnumerateFileSystemEntries(directory, Prefix + "*")
                .Select(path => new RemoteprocNode(root, Path.GetFileName(path)))
            : [];
    }

    /// <summary>Reads an attribute, without its newline.</summary>
    /// <returns><see langword="null"/> when it is not there or may not be read; the reason is in
    /// <paramref name="error"/>.</returns>
    public string? TryRead(string attribute, out Exception? error)
    {
        try
        {
            error = null;
            return File.ReadAllText(Attribute(attribute)).TrimEnd('\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = failure;
            return null;
        }
    }

    public string? TryRead(string attribute) => TryRead(attribute, out _);

    public string? TryReadSetting(string setting)
    {
        try
        {
            return FindSetting(setting) is { } path ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns><see langword="null"/> when it was removed meanwhile.</returns>
    public KernelRemoteprocDescription? TryDescribe()
    {
        if (TryRead("name") is not { } processor)
        {
            return null;
        }

        string state = TryRead("state") ?? "";
        string? firmware = TryRead("firmware");
        firmware = state == RemoteprocStates.Attached || string.IsNullOrEmpty(firmware) ? null : firmware;
        string? path = firmware is null ? null : FirmwareSearchPath.Read(root).Find(firmware);
        return new KernelRemoteprocDescription
        {
            Name = processor,
            Node = name,
            Device = LinkName("device"),
            Driver = LinkName("device/driver"),
            DeviceTreeNode = TryFindDeviceTreeNode(),
            KernelState = state,
            State = RemoteprocStates.TryParse(state, path is not null) ?? RemoteProcessorState.Offline,
            Firmware = firmware,
            FirmwarePath = path,
            IsRecoveryEnabled = TryReadSetting("recovery") switch
            {
                "enabled" => true,
                "disabled" => false,
                _ => null,
            },
            CoreDump = TryReadSetting("coredump") switch
            {
                "disabled" => CoreDumpMode.Disabled,
                "enabled" => CoreDumpMode.Enabled,
                "inline" => CoreDumpMode.Inline,
                _ => null,
            },
            HasCharacterDevice = File.Exists(CharacterDevice),
        };
    }

    /// <summary>Tells one run from another: the virtio devices below the processor are made anew in each, and a new
    /// directory has a new inode.</summary>
    /// <returns>Empty when it has none.</returns>
    public string ReadRunMark()
    {
        var mark = new StringBuilder();
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = DeepestLevel,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        try
        {
            foreach (string path in System.IO.Directory.EnumerateDirectories(Directory, "virtio*", options))
            {
                if (Path.GetFileName(path).AsSpan("virtio".Length) is { IsEmpty: false } digits
                    && digits.IndexOfAnyExceptInRange('0', '9') < 0)
                {
                    mark.Append(Path.GetFileName(path)).Append(':').Append(FileStatus.ReadInode(path)).Append(' ');
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It changes while it is read: the next look sees what has become of it.
            return "";
        }

        return mark.ToString();
    }

    /// <summary>Whether the device has an IOMMU, without which the kernel maps no device memory.</summary>
    public bool HasIommu => System.IO.Directory.Exists(Attribute("device/iommu_group"));

    private string? LinkName(string link)
        => TryReadLink(link) is { } target ? Path.GetFileName(target.TrimEnd('/')) : null;

    private string? TryFindDeviceTreeNode()
    {
        string? target = TryReadLink("of_node") ?? TryReadLink("device/of_node");
        int at = target?.IndexOf(DeviceTree, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : target![(at + DeviceTree.Length)..] is { Length: > 0 } path ? path : "/";
    }

    private string? TryReadLink(string link)
    {
        try
        {
            // The text of the link: where it leads is not resolved, for its directory is a link itself.
            return new FileInfo(Attribute(link)).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
