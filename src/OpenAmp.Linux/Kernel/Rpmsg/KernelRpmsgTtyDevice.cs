// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>A terminal device over a channel of service <c>rpmsg-tty</c>: <c>/dev/ttyRPMSGN</c>.</summary>
public sealed record KernelRpmsgTtyDevice
{
    /// <summary>Name of the device, such as <c>ttyRPMSG0</c>. It can be another after the next boot.</summary>
    public required string Name { get; init; }

    /// <summary>Its node.</summary>
    public required string DevicePath { get; init; }

    /// <summary>The channel that it stands on.</summary>
    public required KernelRpmsgChannel Channel { get; init; }
}
