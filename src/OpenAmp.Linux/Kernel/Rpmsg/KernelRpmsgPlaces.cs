// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace OpenAmp.Linux;

/// <summary>Finds out what an RPMsg device of sysfs hangs on: its channel, its transport, its processor.</summary>
internal sealed partial class KernelRpmsgPlaces(KernelRoot root)
{
    /// <summary>The transport that a directory belongs to: the first above that is neither of class rpmsg nor on the
    /// bus.</summary>
    internal KernelRpmsgTransport TransportOf(string directory)
    {
        string place = directory;
        while (IsOfRpmsg(place) && Path.GetDirectoryName(place) is { } above)
        {
            place = above;
        }

        (string? device, string? name) = ProcessorOf(place);
        return new KernelRpmsgTransport
        {
            Name = Path.GetFileName(place),
            Path = place,
            ProcessorDevice = device,
            ProcessorName = name,
            DeviceTreeNodes = [.. Above(directory).Select(NodeOf).OfType<string>().Distinct()],
        };
    }

    /// <summary>Name of the channel that an endpoint device is the default endpoint of, or null.</summary>
    internal string? ChannelAbove(string directory)
    {
        string? name = Above(directory).Select(Path.GetFileName).FirstOrDefault(part => part != "rpmsg");
        return name is not null && IsBusDevice(name) && !name.Contains(".rpmsg_ctrl.", StringComparison.Ordinal)
            ? name
            : null;
    }

    // The glue directory of the class, a class device, or a device on the bus.
    private static bool IsOfRpmsg(string directory)
    {
        string name = Path.GetFileName(directory);
        return name == "rpmsg" || ClassDevice().IsMatch(name) || IsBusDevice(name)
            || (SysfsDirectory.Resolve(Path.Combine(directory, "subsystem")) is { } subsystem
                && subsystem.EndsWith("/bus/rpmsg", StringComparison.Ordinal));
    }

    private static bool IsBusDevice(string name) => BusDevice().IsMatch(name);

    private (string? Device, string? Name) ProcessorOf(string transport)
    {
        foreach (string directory in Above(transport))
        {
            if (ProcessorDevice().IsMatch(Path.GetFileName(directory))
                && SysfsDirectory.Read(directory, "name") is { } name)
            {
                return (Path.GetFileName(directory), name);
            }

            // An edge's processor is not above it but beside it.
            string[] beside = [.. SysfsDirectory.Entries(Path.Combine(directory, "remoteproc"))
                .Where(entry => ProcessorDevice().IsMatch(Path.GetFileName(entry)))];
            if (beside.Length == 1 && SysfsDirectory.Read(beside[0], "name") is { } sibling)
            {
                return (Path.GetFileName(beside[0]), sibling);
            }
        }

        return (null, null);
    }

    private string? NodeOf(string directory)
    {
        if (SysfsDirectory.ReadEvent(directory, "OF_FULLNAME") is { } name)
        {
            return name;
        }

        // /sys/firmware/devicetree/base is the tree's root.
        const string Base = "devicetree/base";
        return SysfsDirectory.Resolve(Path.Combine(directory, "of_node")) is { } node
            && node.IndexOf(Base, StringComparison.Ordinal) is var index and >= 0
                ? node[(index + Base.Length)..]
                : null;
    }

    /// <summary>A directory and those above it, as far as devices go.</summary>
    private IEnumerable<string> Above(string directory)
    {
        string end = root.At("/sys");
        for (string? place = directory; place is not null && place.Length > end.Length;
            place = Path.GetDirectoryName(place))
        {
            yield return place;
        }
    }

    [GeneratedRegex(@"^rpmsg(_ctrl)?\d+$")]
    private static partial Regex ClassDevice();

    [GeneratedRegex(@"^[^.]+(\.[^.]+)*\.[^.]+\.-?[0-9a-f]+\.-?[0-9a-f]+$")]
    private static partial Regex BusDevice();

    [GeneratedRegex(@"^remoteproc\d+$")]
    private static partial Regex ProcessorDevice();
}
