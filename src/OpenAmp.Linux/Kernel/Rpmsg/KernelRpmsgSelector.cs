// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>Says which RPMsg device is meant by what stays the same from boot to boot: all that is set must match.
/// </summary>
public sealed record KernelRpmsgSelector
{
    /// <summary>Matches everything: for a machine that has one.</summary>
    public static KernelRpmsgSelector Any { get; } = new();

    /// <summary>Name of a service, such as <c>rpmsg-raw</c>.</summary>
    public string? Service { get; init; }

    /// <summary>Name of the processor, as in <c>/sys/class/remoteproc/remoteprocN/name</c>.</summary>
    public string? Processor { get; init; }

    /// <summary>A device tree node below the processor or above it: its full path, or its last part, such as
    /// <c>m4@10000000</c>.</summary>
    public string? DeviceTreeNode { get; init; }

    /// <summary>The kernel's own address of a channel or an endpoint.</summary>
    public uint? LocalAddress { get; init; }

    /// <summary>The peer's address of a channel or an endpoint.</summary>
    public uint? RemoteAddress { get; init; }

    /// <summary>Path of a control device, such as <c>/dev/rpmsg_ctrl0</c> or a link that a udev rule made.</summary>
    public string? ControlPath { get; init; }

    /// <summary>Whether the selector names a channel, and not only a transport.</summary>
    internal bool NamesChannel => Service is not null || LocalAddress is not null || RemoteAddress is not null;

    /// <summary>Whether a transport is one that is meant, as far as it tells.</summary>
    /// <param name="transport">The transport.</param>
    /// <returns>Whether its processor and its nodes match.</returns>
    public bool Matches(KernelRpmsgTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return (Processor is null || transport.ProcessorName == Processor)
            && (DeviceTreeNode is null || transport.DeviceTreeNodes.Any(IsNode));
    }

    /// <summary>Whether a channel is one that is meant.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>Whether its transport, its service and its addresses match.</returns>
    public bool Matches(KernelRpmsgChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Matches(channel.Transport) && Matches(channel.Service, channel.LocalAddress, channel.RemoteAddress);
    }

    /// <summary>Whether an endpoint device is one that is meant.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Whether its transport, its name and its addresses match.</returns>
    public bool Matches(KernelRpmsgDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Matches(device.Transport) && Matches(device.Service, device.LocalAddress, device.RemoteAddress);
    }

    /// <summary>What is meant, for people.</summary>
    /// <returns>For example <c>service 'rpmsg-raw' of processor 'm4'</c>.</returns>
    public override string ToString()
    {
        var parts = new List<string>();
        Add(Service, "service '{0}'");
        Add(Processor, "processor '{0}'");
        Add(DeviceTreeNode, "device tree node '{0}'");
        Add(LocalAddress is { } local ? $"0x{local:x}" : null, "local address {0}");
        Add(RemoteAddress is { } remote ? $"0x{remote:x}" : null, "remote address {0}");
        Add(ControlPath, "control device {0}");
        return parts.Count == 0 ? "any" : string.Join(", ", parts);

        void Add(string? value, string format)
        {
            if (value is not null)
            {
                parts.Add(format.Replace("{0}", value, StringComparison.Ordinal));
            }
        }
    }

    private bool Matches(string service, uint localAddress, uint remoteAddress)
        => (Service is null || Service == service)
            && (LocalAddress is null || LocalAddress == localAddress)
            && (RemoteAddress is null || RemoteAddress == remoteAddress);

    private bool IsNode(string path)
        => path == DeviceTreeNode || path.EndsWith('/' + DeviceTreeNode, StringComparison.Ordinal);
}
