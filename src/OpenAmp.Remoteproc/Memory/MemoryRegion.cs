// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>A named piece of memory that a processor sees: its device address, its physical address, and where it is
/// mapped here.</summary>
/// <remarks>
/// <para>The same bytes have up to three addresses: the remote's own (device address), the bus's (physical address),
/// and this process's (the pointer). Each processor has a map of its own, so two may see the same memory at different
/// addresses.</para>
/// <para>Safety: whoever makes a region keeps its memory mapped until the processor that was given it is
/// disposed.</para>
/// </remarks>
public sealed record MemoryRegion
{
    /// <summary>The region's name: letters that a resource table's carveout may name too, such as
    /// <c>vdev0buffer</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is mapped here, at which device address, and how long it is.</summary>
    public required SharedRegion Memory { get; init; }

    /// <summary>Physical address of the first byte; equal to the device address unless said otherwise.</summary>
    public ulong? PhysicalAddress { get; init; }

    /// <summary>Whether carveouts that may lie anywhere are taken from here. Otherwise only a carveout of the same name
    /// or a fixed address uses it.</summary>
    public bool IsPool { get; init; }

    /// <summary>Device address of the first byte.</summary>
    public DeviceAddress Address => Memory.Address;

    /// <summary>Length in bytes.</summary>
    public ulong LengthBytes => Memory.LengthBytes;

    internal ulong PhysicalStart => PhysicalAddress ?? Memory.Address.Value;

    internal ulong End => unchecked(Memory.Address.Value + Memory.LengthBytes);

    /// <summary>Whether a range of device addresses lies within the region.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="lengthBytes">Length of the range.</param>
    /// <returns><see langword="false"/> when any byte lies outside.</returns>
    public unsafe bool Contains(DeviceAddress address, ulong lengthBytes)
        => Memory.TryTranslate(address, lengthBytes, out _);

    /// <inheritdoc/>
    public override string ToString()
        => FormattableString.Invariant($"{Name} [0x{Address.Value:x8}, 0x{unchecked(End):x8})");
}
