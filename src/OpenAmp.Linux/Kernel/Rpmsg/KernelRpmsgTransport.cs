// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Linux;

/// <summary>What carries the messages of one group of RPMsg devices: a virtio device, or an edge of another kind, and
/// the processor behind it.</summary>
public sealed record KernelRpmsgTransport
{
    /// <summary>Name of the device, such as <c>virtio0</c>. It can be another after the next boot.</summary>
    public required string Name { get; init; }

    /// <summary>Its directory in sysfs.</summary>
    public required string Path { get; init; }

    /// <summary>What the kernel calls the processor behind it (the content of
    /// <c>/sys/class/remoteproc/remoteprocN/name</c>), or null when there is none that the kernel manages.</summary>
    public string? ProcessorName { get; init; }

    /// <summary>The processor's remoteproc device, such as <c>remoteproc0</c>, or null. It can be another after the
    /// next boot.</summary>
    public string? ProcessorDevice { get; init; }

    /// <summary>The device tree nodes that the transport stands on, the nearest first, as full paths.</summary>
    public IReadOnlyList<string> DeviceTreeNodes { get; init; } = [];

    /// <summary>The transport and its processor, for people.</summary>
    /// <returns>For example <c>virtio0 of processor m4</c>.</returns>
    public override string ToString()
        => ProcessorName is null ? Name : $"{Name} of processor {ProcessorName}";
}
