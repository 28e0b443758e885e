// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Which of a kernel's RPMsg transports a link stands on, and how it behaves.</summary>
public sealed record KernelRpmsgLinkOptions
{
    /// <summary>Where the kernel shows its devices. Default: this machine's.</summary>
    public KernelRoot Root { get; init; } = KernelRoot.Machine;

    /// <summary>Which transport. Default: the only one there is.</summary>
    public KernelRpmsgSelector Selector { get; init; } = KernelRpmsgSelector.Any;

    /// <summary>An endpoint device that is there already, of the selected transport: the link's endpoints open it
    /// instead of making one, so there can be one at a time. It stays when they end. Default: none.</summary>
    public KernelRpmsgDevice? Device { get; init; }

    /// <summary>How the link behaves.</summary>
    public RpmsgLinkOptions Link { get; init; } = new() { Name = "kernel" };

    /// <summary>The longest payload of the kernel's ring. A kernel does not tell; 496 is that of its virtio rings.
    /// Larger is harmless: what the kernel does not take it refuses, and a longer message that arrives is never cut.
    /// Default: 496.</summary>
    public int MaxPayloadBytes { get; init; } = 496;

    /// <summary>How long to wait until what is selected is there. Default: 10 s.</summary>
    public TimeSpan AppearTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait until udev has made the node of a new device and given it its permissions. Default:
    /// 5 s.</summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often sysfs is looked at on the link's own account. The kernel's events are heard as well where
    /// they can be, so this bounds how late a change is seen where they cannot: in containers. Default: 250 ms.
    /// </summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Root);
        ArgumentNullException.ThrowIfNull(Selector);
        ArgumentNullException.ThrowIfNull(Link);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPayloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPayloadBytes, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(AppearTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(NodeTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LookInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LookInterval, TimeSpan.FromMilliseconds(int.MaxValue));
    }
}
