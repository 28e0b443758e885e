// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>What the kernel says of one of its remote processors, at the moment it was asked.</summary>
public sealed record KernelRemoteprocDescription
{
    /// <summary>The name that its driver gave it.</summary>
    public required string Name { get; init; }

    /// <summary>Its directory below <c>/sys/class/remoteproc</c>, such as <c>remoteproc0</c>. Changes between
    /// boots.</summary>
    public required string Node { get; init; }

    /// <summary>The device that its driver drives, such as <c>10000000.m4</c>; <see langword="null"/> when sysfs does
    /// not say.</summary>
    public string? Device { get; init; }

    /// <summary>The driver of that device; <see langword="null"/> when sysfs does not say.</summary>
    public string? Driver { get; init; }

    /// <summary>Its node in the device tree, such as <c>/soc/m4@10000000</c>; <see langword="null"/> without one.
    /// </summary>
    public string? DeviceTreeNode { get; init; }

    /// <summary>The attribute <c>state</c>, word for word; empty when it cannot be read.</summary>
    public required string KernelState { get; init; }

    /// <summary>What that means here: docs/linux-remoteproc.md. A processor that is offline is Offline or Ready, by
    /// whether the kernel would find its firmware.</summary>
    public required RemoteProcessorState State { get; init; }

    /// <summary>The firmware file that the kernel loads at the next start, below its search path;
    /// <see langword="null"/> when somebody else started the processor, and the kernel does not know.</summary>
    public string? Firmware { get; init; }

    /// <summary>Where the kernel finds that file; <see langword="null"/> when it would not.</summary>
    public string? FirmwarePath { get; init; }

    /// <summary>Whether the kernel recovers it by itself after a crash; <see langword="null"/> when it does not
    /// say.</summary>
    public bool? IsRecoveryEnabled { get; init; }

    /// <summary>What the kernel dumps when it recovers it; <see langword="null"/> when it does not say.</summary>
    public CoreDumpMode? CoreDump { get; init; }

    /// <summary>Whether there is a character device for it (<c>/dev/remoteproc0</c>).</summary>
    public bool HasCharacterDevice { get; init; }

    /// <inheritdoc/>
    public override string ToString()
        => $"'{Name}' ({Node}{(Device is null ? "" : $", device {Device}")}"
            + $"{(DeviceTreeNode is null ? "" : $", device-tree node {DeviceTreeNode}")}), {KernelState}";
}
