// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>Who has a descriptor of a <see cref="DriverQueue{TPlatform}"/>.</summary>
internal enum DriverSlotState : byte
{
    /// <summary>Nobody: it is on the free list.</summary>
    Free,

    /// <summary>It is the head of a chain that is built and in this side's hands.</summary>
    Ours,

    /// <summary>It is the head of a chain that the device has.</summary>
    Posted,

    /// <summary>It belongs to a chain, behind its head.</summary>
    Inner,
}
