// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Linux;

/// <summary>Which terminal over RPMsg to open, and how long to wait.</summary>
public sealed record KernelRpmsgTtyOptions
{
    /// <summary>Where the kernel shows its devices. Default: this machine's.</summary>
    public KernelRoot Root { get; init; } = KernelRoot.Machine;

    /// <summary>Which: by the processor, the device tree node or an address of its channel. Default: the only one
    /// there is.</summary>
    public KernelRpmsgSelector Selector { get; init; } = KernelRpmsgSelector.Any;

    /// <summary>How long to wait until the terminal is there. Default: 10 s.</summary>
    public TimeSpan AppearTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait until udev has made its node and given it its permissions. Default: 5 s.</summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a write waits for the peer to take anything. Default: 15 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
