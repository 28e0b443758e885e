// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace OpenAmp.Linux;

/// <summary>What RPMsg devices a kernel has: control devices, channels, endpoint devices and terminals.</summary>
/// <remarks>
/// <para>Each list is read anew from sysfs. What vanishes while it is read is left out. Any thread may call any
/// member; they read files and allocate.</para>
/// <para>The layouts of kernels from 5.4 on are known: control devices below the bus device or beside it, class
/// entries that are links or directories, processors above the virtio device or beside an edge.</para>
/// </remarks>
/// <param name="root">Where the kernel shows its devices.</param>
public sealed partial class KernelRpmsgBus(KernelRoot root)
{
    private const string ClassDirectory = "/sys/class/rpmsg";
    private const string BusDirectory = "/sys/bus/rpmsg/devices";
    private const string TtyDirectory = "/sys/class/tty";

    // The bus's own devices, which are no channels of anybody.
    private static readonly string[] OwnServices = ["rpmsg_ctrl", "rpmsg_ns", "rpmsg_chrdev"];

    private readonly KernelRpmsgPlaces _places = new(root);

    /// <summary>This machine's.</summary>
    public static KernelRpmsgBus Machine { get; } = new(KernelRoot.Machine);

    /// <summary>Where the kernel shows its devices.</summary>
    public KernelRoot Root { get; } = root;

    /// <summary>The control devices: one for each transport of which the driver <c>rpmsg_ctrl</c> knows.</summary>
    /// <returns>The devices, in the order of their names.</returns>
    public IReadOnlyList<KernelRpmsgControl> ListControls()
        => [.. ClassEntries(ControlName()).Select(entry => new KernelRpmsgControl(
            this, entry.Name, NodeOf(entry.Path, entry.Name), entry.Path, _places.TransportOf(entry.Parent)))];

    /// <summary>The channels. Channels that only the kernel itself uses (name service, control) are left out.</summary>
    /// <returns>The channels, in the order of their device names.</returns>
    public IReadOnlyList<KernelRpmsgChannel> ListChannels()
        => [.. SysfsDirectory.Entries(Root.At(BusDirectory)).Select(SysfsDirectory.Resolve).OfType<string>()
            .Select(ReadChannel).OfType<KernelRpmsgChannel>()];

    /// <summary>The endpoint devices, <c>/dev/rpmsgN</c>.</summary>
    /// <returns>The devices, in the order of their names.</returns>
    public IReadOnlyList<KernelRpmsgDevice> ListDevices()
        => [.. ClassEntries(DeviceName()).Select(ReadDevice).OfType<KernelRpmsgDevice>()];

    /// <summary>The terminals, <c>/dev/ttyRPMSGN</c>.</summary>
    /// <returns>The terminals, in the order of their names.</returns>
    public IReadOnlyList<KernelRpmsgTtyDevice> ListTtys()
    {
        var ttys = new List<KernelRpmsgTtyDevice>();
        foreach (string entry in SysfsDirectory.Entries(Root.At(TtyDirectory)))
        {
            string name = Path.GetFileName(entry);
            if (name.StartsWith("ttyRPMSG", StringComparison.Ordinal)
                && SysfsDirectory.Resolve(entry) is { } place
                && SysfsDirectory.Resolve(Path.Combine(place, "device")) is { } device
                && ReadChannel(device) is { } channel)
            {
                ttys.Add(new KernelRpmsgTtyDevice
                {
                    Name = name,
                    DevicePath = NodeOf(entry, name),
                    Channel = channel,
                });
            }
        }

        return ttys;
    }

    /// <summary>The one control device that is meant.</summary>
    /// <param name="selector">Which. A service or an address means the transport that has such a channel.</param>
    /// <returns>The device.</returns>
    /// <exception cref="KernelRpmsgException">None matches, or several; the message lists what is there.</exception>
    public KernelRpmsgControl FindControl(KernelRpmsgSelector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        IReadOnlyList<KernelRpmsgControl> all = ListControls();
        KernelRpmsgControl[] found = [.. Matching(all, selector)];
        return found.Length == 1 ? found[0] : throw NoneOrSeveral(selector, all, found.Length);
    }

    /// <summary>Another text whenever channels have come or gone: the names of the devices on the bus and their
    /// inodes, which sysfs counts up. Takes one system call for each, and some.</summary>
    internal string ReadChannelMark()
        => string.Join(' ', SysfsDirectory.Entries(Root.At(BusDirectory))
            .Select(entry => $"{Path.GetFileName(entry)}:{FileStatus.ReadInode(entry)}"));

    internal IEnumerable<KernelRpmsgControl> Matching(
        IReadOnlyList<KernelRpmsgControl> controls,
        KernelRpmsgSelector selector)
    {
        HashSet<string>? transports = selector.NamesChannel
            ? [.. ListChannels().Where(selector.Matches).Select(channel => channel.Transport.Path)]
            : null;
        string? device = selector.ControlPath is { } path ? ResolveNode(path) : null;
        return controls.Where(control => selector.Matches(control.Transport)
            && (transports is null || transports.Contains(control.Transport.Path))
            && (device is null || control.DevicePath == device));
    }

    internal KernelRpmsgException NoneOrSeveral(
        KernelRpmsgSelector selector,
        IReadOnlyList<KernelRpmsgControl> all,
        int count)
    {
        string there = all.Count == 0
            ? "there is none"
            : "there are " + string.Join(", ", all.Select(control => $"{control.DevicePath} ({control.Transport})"));
        string channels = string.Join(", ", ListChannels().Select(
            channel => $"'{channel.Service}' 0x{channel.RemoteAddress:x} on {channel.Transport}"));
        KernelRpmsgOutcome outcome = count == 0 ? KernelRpmsgOutcome.NotFound : KernelRpmsgOutcome.Ambiguous;
        return new KernelRpmsgException(outcome, 0, $"{(count == 0 ? "No" : "More than one")} RPMsg control device "
            + $"matches {selector} below {Root.Path}: {there}"
            + (channels.Length == 0 ? " and no channel" : $", with channels {channels}")
            + $". {KernelRpmsgFailure.Explain(outcome)}");
    }

    internal KernelRpmsgDevice? ReadDevice(string name)
        => ClassEntries(DeviceName()).FirstOrDefault(entry => entry.Name == name) is { Path: not null } entry
            ? ReadDevice(entry)
            : null;

    private static string? Find(string directory, string link)
        => SysfsDirectory.Resolve(Path.Combine(directory, link)) is { } target ? Path.GetFileName(target) : null;

    private KernelRpmsgDevice? ReadDevice(ClassEntry entry)
    {
        string? service = SysfsDirectory.Read(entry.Path, "name");
        uint? local = SysfsDirectory.ParseAddress(SysfsDirectory.Read(entry.Path, "src"));
        uint? remote = SysfsDirectory.ParseAddress(SysfsDirectory.Read(entry.Path, "dst"));
        return service is null || local is null || remote is null
            ? null
            : new KernelRpmsgDevice(this, entry.Path)
            {
                Name = entry.Name,
                DevicePath = NodeOf(entry.Path, entry.Name),
                Service = service,
                LocalAddress = local.Value,
                RemoteAddress = remote.Value,
                ChannelDeviceName = _places.ChannelAbove(entry.Parent),
                Transport = _places.TransportOf(entry.Parent),
            };
    }

    private KernelRpmsgChannel? ReadChannel(string directory)
    {
        string deviceName = Path.GetFileName(directory);
        Match parts = BusDeviceName().Match(deviceName);
        string? service = SysfsDirectory.Read(directory, "name") ?? (parts.Success ? parts.Groups["name"].Value : null);
        uint? local = SysfsDirectory.ParseAddress(
            SysfsDirectory.Read(directory, "src") ?? parts.Groups["src"].Value);
        uint? remote = SysfsDirectory.ParseAddress(
            SysfsDirectory.Read(directory, "dst") ?? parts.Groups["dst"].Value);
        return service is null || local is null || remote is null || OwnServices.Contains(service)
            ? null
            : new KernelRpmsgChannel
            {
                Service = service,
                LocalAddress = local.Value,
                RemoteAddress = remote.Value,
                DeviceName = deviceName,
                Path = directory,
                Driver = Find(directory, "driver"),
                IsAnnounced = SysfsDirectory.Read(directory, "announce") == "true",
                Transport = _places.TransportOf(directory),
            };
    }

    /// <summary>The entries of class rpmsg with names of a kind, and where they hang.</summary>
    private IEnumerable<ClassEntry> ClassEntries(Regex kind)
    {
        foreach (string link in SysfsDirectory.Entries(Root.At(ClassDirectory)))
        {
            string name = Path.GetFileName(link);
            if (!kind.IsMatch(name) || SysfsDirectory.Resolve(link) is not { } directory)
            {
                continue;
            }

            // A directory of the class itself, as old kernels have it, knows its place by a link only.
            bool isLink = directory != link;
            string? parent = SysfsDirectory.Resolve(Path.Combine(directory, "device"))
                ?? (isLink ? Path.GetDirectoryName(directory) : null);
            if (parent is not null)
            {
                yield return new ClassEntry(name, directory, parent);
            }
        }
    }

    private string NodeOf(string directory, string name)
        => Root.At("/dev/" + (SysfsDirectory.ReadEvent(directory, "DEVNAME") ?? name));

    /// <summary>The node that a path names: itself, or what a link of a udev rule points to.</summary>
    private string ResolveNode(string path)
    {
        string full = Root == KernelRoot.Machine || path.StartsWith(Root.Path, StringComparison.Ordinal)
            ? path
            : Root.At(path);
        return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    [GeneratedRegex(@"^rpmsg_ctrl\d+$")]
    private static partial Regex ControlName();

    [GeneratedRegex(@"^rpmsg\d+$")]
    private static partial Regex DeviceName();

    [GeneratedRegex(@"^[^.]+\.(?<name>.+)\.(?<src>-?\w+)\.(?<dst>-?\w+)$")]
    private static partial Regex BusDeviceName();

    private readonly record struct ClassEntry(string Name, string Path, string Parent);
}
