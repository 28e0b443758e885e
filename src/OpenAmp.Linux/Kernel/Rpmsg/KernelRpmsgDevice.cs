// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>An endpoint device, <c>/dev/rpmsgN</c>: made through a control device, or a channel's own.</summary>
/// <remarks>A description: it holds nothing open, and the device may be gone already.</remarks>
public sealed class KernelRpmsgDevice
{
    private readonly KernelRpmsgBus _bus;

    internal KernelRpmsgDevice(KernelRpmsgBus bus, string path)
    {
        _bus = bus;
        Path = path;
    }

    /// <summary>Name of the device, such as <c>rpmsg0</c>. It can be another after the next boot.</summary>
    public required string Name { get; init; }

    /// <summary>Its node.</summary>
    public required string DevicePath { get; init; }

    /// <summary>Its directory in sysfs.</summary>
    public string Path { get; }

    /// <summary>Name of its service, or what its maker called it.</summary>
    public required string Service { get; init; }

    /// <summary>Its own address, or <see cref="Rpmsg.RpmsgAddress.Any"/> when the kernel gives one at each opening: it
    /// does not tell which.</summary>
    public required uint LocalAddress { get; init; }

    /// <summary>The address it sends to.</summary>
    public required uint RemoteAddress { get; init; }

    /// <summary>Name of the channel whose own endpoint it is, or null when it was made through a control device.
    /// </summary>
    public string? ChannelDeviceName { get; init; }

    /// <summary>What carries its messages.</summary>
    public required KernelRpmsgTransport Transport { get; init; }

    /// <summary>Destroys the device (RPMSG_DESTROY_EPT_IOCTL). Opens it for that, so nobody else may have it open.
    /// </summary>
    /// <exception cref="KernelRpmsgException">The kernel refused: <see cref="KernelRpmsgOutcome.Busy"/> when somebody
    /// has it open, <see cref="KernelRpmsgOutcome.DefaultEndpoint"/> when it is a channel's own.</exception>
    public void Destroy()
    {
        using SafeFileHandle handle = KernelRpmsgFile.Open(DevicePath, KernelRpmsgCall.OpenEndpoint);
        int errno = KernelRpmsgFile.Destroy(handle);
        if (errno != 0)
        {
            throw KernelRpmsgFailure.For(KernelRpmsgCall.DestroyEndpoint, DevicePath, errno);
        }
    }

    /// <summary>The device, for people.</summary>
    /// <returns>Its node, its name and its addresses.</returns>
    public override string ToString()
        => $"{DevicePath} '{Service}' (0x{LocalAddress:x} -> 0x{RemoteAddress:x}, {Transport})";

    /// <summary>The device's numbers as sysfs writes them, or null when it is gone.</summary>
    internal string? ReadNumbers() => SysfsDirectory.Read(Path, "dev");

    /// <summary>Whether the kernel still has it.</summary>
    internal bool Exists => _bus.ReadDevice(Name) is { } now && now.Path == Path;
}
