// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>A channel as the kernel knows it: a device on the RPMsg bus. The peer announced it, or somebody created it
/// through a control device.</summary>
public sealed record KernelRpmsgChannel
{
    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>The kernel's own address, or <see cref="Rpmsg.RpmsgAddress.Any"/> while no driver is bound.</summary>
    public required uint LocalAddress { get; init; }

    /// <summary>The peer's address.</summary>
    public required uint RemoteAddress { get; init; }

    /// <summary>Name of the device on the bus, such as <c>virtio0.rpmsg-raw.-1.1024</c>.</summary>
    public required string DeviceName { get; init; }

    /// <summary>Its directory in sysfs.</summary>
    public required string Path { get; init; }

    /// <summary>The kernel driver that has the channel, such as <c>rpmsg_chrdev</c>, or null.</summary>
    public string? Driver { get; init; }

    /// <summary>Whether the kernel announces it to the peer when a driver takes it.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>What carries its messages.</summary>
    public required KernelRpmsgTransport Transport { get; init; }
}
