// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Devices;

/// <summary>Reads which processors, links, channels and endpoints the kernel has; also links that no driver has, which
/// the library does not list.</summary>
internal sealed class KernelInventory
{
    private const string VirtioDevices = "/sys/bus/virtio/devices";
    private const string RpmsgDevices = "/sys/bus/rpmsg/devices";
    private const string Processors = "/sys/class/remoteproc";
    private const int DriverOkBit = 4;

    private readonly Sysfs _sysfs;
    private readonly IReadOnlyList<KernelRpmsgControl> _controls;
    private readonly IReadOnlyList<KernelRpmsgChannel> _channels;
    private readonly IReadOnlyList<KernelRpmsgDevice> _endpoints;
    private readonly IReadOnlyList<KernelRpmsgTtyDevice> _terminals;

    private KernelInventory(Sysfs sysfs)
    {
        var bus = new KernelRpmsgBus(sysfs.Root);
        _sysfs = sysfs;
        _controls = bus.ListControls();
        _channels = bus.ListChannels();
        _endpoints = bus.ListDevices();
        _terminals = bus.ListTtys();
    }

    /// <summary>Looks.</summary>
    /// <returns>Processors with their links, and links that belong to no processor.</returns>
    public static (IReadOnlyList<ProcessorReport> Processors, IReadOnlyList<LinkReport> Links) Read(KernelRoot root)
    {
        IReadOnlyList<LinkReport> links = new KernelInventory(new Sysfs(root)).ReadLinks();
        ProcessorReport[] processors =
        [
            .. KernelRemoteprocs.List(root).Select(info => Report(
                info, [.. links.Where(link => link.ProcessorDevice == info.Node)])),
        ];
        return (processors, [.. links.Where(link => processors.All(owner => owner.Device != link.ProcessorDevice))]);
    }

    private static ProcessorReport Report(KernelRemoteprocDescription info, IReadOnlyList<LinkReport> links) => new()
    {
        Origin = Origins.Kernel,
        Name = SafeText.Of(info.Name),
        Device = info.Node,
        State = info.KernelState is { Length: > 0 } state ? SafeText.Of(state) : "unreadable",
        Firmware = info.Firmware is { } firmware ? SafeText.Of(firmware) : null,
        Recovery = info.IsRecoveryEnabled switch
        {
            true => "enabled",
            false => "disabled",
            null => null,
        },
        CoreDump = info.CoreDump?.ToString().ToLowerInvariant(),
        Node = info.HasCharacterDevice ? $"/dev/{info.Node}" : null,
        Links = links,
    };

    private IReadOnlyList<LinkReport> ReadLinks()
    {
        // By name: on the virtio bus, or on that of another transport.
        var links = _sysfs.Names(VirtioDevices).Where(IsRpmsg).ToDictionary(
            name => name, name => _sysfs.RealPath($"{VirtioDevices}/{name}"), StringComparer.Ordinal);
        foreach (KernelRpmsgTransport transport in _controls.Select(control => control.Transport)
            .Concat(_channels.Select(channel => channel.Transport)))
        {
            links.TryAdd(transport.Name, _sysfs.WithoutRoot(transport.Path));
        }

        return [.. links.Select(link => ReadLink(link.Key, link.Value))];
    }

    private LinkReport ReadLink(string name, string path)
    {
        string? driver = _sysfs.LinkName($"{path}/driver");
        string? processor = ProcessorAbove(path);
        KernelRpmsgControl? control = _controls.FirstOrDefault(one => one.Transport.Name == name);
        string? announcer = _sysfs.Names(RpmsgDevices).FirstOrDefault(
            device => device.StartsWith($"{name}.rpmsg_ns.", StringComparison.Ordinal));
        return new LinkReport
        {
            Origin = Origins.Kernel,
            Name = name,
            Processor = processor is null ? null : _sysfs.Text($"{Processors}/{processor}/name"),
            ProcessorDevice = processor,
            Path = path,
            Driver = driver,
            State = driver is null ? "no driver" : IsReady(_sysfs.Text($"{path}/status")) ? "up" : "down",
            HasNameService = _sysfs.Text($"{path}/features") is { Length: > 0 } features ? features[0] == '1' : null,
            NameServiceDriver = announcer is null
                ? null : _sysfs.LinkName($"{_sysfs.RealPath($"{RpmsgDevices}/{announcer}")}/driver") ?? "none",
            Control = control is null ? null : _sysfs.WithoutRoot(control.DevicePath),
            Channels = [.. _channels.Where(channel => channel.Transport.Name == name).Select(Report)],
            Endpoints = [.. _endpoints.Where(endpoint => endpoint.Transport.Name == name).Select(Report)],
        };
    }

    private ChannelReport Report(KernelRpmsgChannel channel) => new()
    {
        Name = SafeText.Of(channel.Service),
        Device = SafeText.Of(channel.DeviceName),
        Source = TextOf(channel.LocalAddress),
        Destination = TextOf(channel.RemoteAddress),
        Driver = channel.Driver,
        Node = _terminals.FirstOrDefault(terminal => terminal.Channel.DeviceName == channel.DeviceName) is { } terminal
            ? _sysfs.WithoutRoot(terminal.DevicePath) : null,
    };

    private EndpointReport Report(KernelRpmsgDevice endpoint) => new()
    {
        Node = _sysfs.WithoutRoot(endpoint.DevicePath),
        State = System.IO.Path.Exists(endpoint.DevicePath) ? "ready" : "no node",
        Name = SafeText.Of(endpoint.Service),
        Source = TextOf(endpoint.LocalAddress),
        Destination = TextOf(endpoint.RemoteAddress),
        Channel = endpoint.ChannelDeviceName is { } channel ? SafeText.Of(channel) : null,
    };

    private bool IsRpmsg(string name)
        => _sysfs.Text($"{VirtioDevices}/{name}/device") is { } id
            ? id is "0x0007" or "7"
            : _sysfs.Text($"{VirtioDevices}/{name}/modalias")?.StartsWith(
                "virtio:d00000007", StringComparison.Ordinal) == true;

    // .../remoteproc/remoteproc0/.../virtio0, with or without a platform device between.
    private string? ProcessorAbove(string path)
        => path.Split('/').LastOrDefault(part => part.StartsWith("remoteproc", StringComparison.Ordinal)
            && _sysfs.HasFolder($"{Processors}/{part}"));

    private static bool IsReady(string? status)
        => status is null || !status.StartsWith("0x", StringComparison.Ordinal)
            || !uint.TryParse(status.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint bits)
            || (bits & DriverOkBit) != 0;

    private static string? TextOf(uint address) => address == RpmsgAddress.Any ? null : Quantity.Hex(address);
}
