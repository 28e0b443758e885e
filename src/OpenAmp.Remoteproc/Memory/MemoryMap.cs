// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Everything one processor sees of the memory that this process can reach, and which parts are taken.
/// </summary>
/// <remarks>
/// <para>A driver adds regions while it initialises; the loader takes carveouts from them. Regions do not overlap in
/// device addresses. Open to every thread.</para>
/// <para>It owns no memory: whoever mapped a region unmaps it, after the processor was disposed.</para>
/// </remarks>
public sealed partial class MemoryMap
{
    /// <summary>The most regions a map holds.</summary>
    public const int MaxRegionCount = 256;

    private readonly System.Threading.Lock _lock = new();
    private MemoryRegion[] _regions = [];

    /// <summary>The regions, in the order they were added.</summary>
    public IReadOnlyList<MemoryRegion> Regions => _regions;

    /// <summary>Adds a region.</summary>
    /// <param name="region">The region.</param>
    /// <exception cref="MemoryMapException">It is empty, reaches past the end of the address space, overlaps another or
    /// has another's name, or there are <see cref="MaxRegionCount"/> already.</exception>
    public void Add(MemoryRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        lock (_lock)
        {
            ThrowIfUnfit(region);
            _regions = [.. _regions, region];
        }
    }

    /// <summary>Removes a region.</summary>
    /// <param name="region">The region.</param>
    /// <exception cref="MemoryMapException">A carveout lies in it, or it is not in the map.</exception>
    public void Remove(MemoryRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        lock (_lock)
        {
            if (_carveouts.FirstOrDefault(carveout => carveout.Region == region) is { } carveout)
            {
                throw new MemoryMapException($"Region {region} holds carveout '{carveout.Name}': shut the processor "
                    + "down before its memory goes.");
            }

            MemoryRegion[] rest = [.. _regions.Where(other => !ReferenceEquals(other, region))];
            _regions = rest.Length < _regions.Length ? rest
                : throw new MemoryMapException($"Region {region} is not in the map.");
        }
    }

    /// <summary>Finds a region by its name. Allocates nothing.</summary>
    /// <param name="name">The name, case and all.</param>
    /// <returns>The region, or <see langword="null"/>.</returns>
    public MemoryRegion? Find(string name)
        => Array.Find(_regions, region => string.Equals(region.Name, name, StringComparison.Ordinal));

    /// <summary>Finds the region that holds a range of device addresses. Allocates nothing.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="lengthBytes">Length of the range; the whole range must lie in one region.</param>
    /// <returns>The region, or <see langword="null"/>.</returns>
    public MemoryRegion? Find(DeviceAddress address, ulong lengthBytes)
    {
        foreach (MemoryRegion region in _regions)
        {
            if (region.Contains(address, lengthBytes))
            {
                return region;
            }
        }

        return null;
    }

    /// <summary>Finds where a range of device addresses is mapped here (da_to_va). Allocates nothing.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="lengthBytes">Length of the range.</param>
    /// <param name="memory">The range.</param>
    /// <returns><see langword="false"/> unless the whole range lies in one region.</returns>
    public unsafe bool TryTranslate(DeviceAddress address, ulong lengthBytes, out SharedRegion memory)
    {
        foreach (MemoryRegion region in _regions)
        {
            if (region.Memory.TryTranslate(address, lengthBytes, out byte* pointer))
            {
                // SAFETY: the range lies within the region, which its owner keeps mapped.
                memory = new SharedRegion(pointer, lengthBytes, address);
                return true;
            }
        }

        memory = default;
        return false;
    }

    /// <summary>The device address of a physical address. Allocates nothing.</summary>
    /// <param name="physicalAddress">The physical address.</param>
    /// <param name="address">The device address.</param>
    /// <returns><see langword="false"/> when no region holds it.</returns>
    public bool TryFromPhysical(ulong physicalAddress, out DeviceAddress address)
    {
        foreach (MemoryRegion region in _regions)
        {
            // An address below the region wraps to a huge offset, so one comparison refuses both ends.
            ulong offset = unchecked(physicalAddress - region.PhysicalStart);
            if (offset < region.LengthBytes)
            {
                address = region.Address.Plus(offset);
                return true;
            }
        }

        address = default;
        return false;
    }

    /// <summary>The physical address of a device address. Allocates nothing.</summary>
    /// <param name="address">The device address.</param>
    /// <param name="physicalAddress">The physical address.</param>
    /// <returns><see langword="false"/> when no region holds it.</returns>
    public bool TryToPhysical(DeviceAddress address, out ulong physicalAddress)
    {
        MemoryRegion? region = Find(address, 1);
        physicalAddress = region is null ? 0
            : unchecked(region.PhysicalStart + (address.Value - region.Address.Value));
        return region is not null;
    }

    /// <summary>The device address of a byte that is mapped here (va_to_da). Allocates nothing.</summary>
    /// <param name="pointer">Where it is mapped; it is not followed.</param>
    /// <param name="address">The device address.</param>
    /// <returns><see langword="false"/> when no region holds it.</returns>
    public unsafe bool TryFromPointer(void* pointer, out DeviceAddress address)
    {
        foreach (MemoryRegion region in _regions)
        {
            ulong offset = unchecked((ulong)(nuint)pointer - (ulong)(nuint)region.Memory.Start);
            if (offset < region.LengthBytes)
            {
                address = region.Address.Plus(offset);
                return true;
            }
        }

        address = default;
        return false;
    }

    /// <summary>The regions in one line, for messages.</summary>
    internal string Describe()
        => _regions.Length == 0 ? "no memory at all" : string.Join(", ", _regions.Select(region => region.ToString()));

    private void ThrowIfUnfit(MemoryRegion region)
    {
        if (_regions.Length >= MaxRegionCount)
        {
            throw new MemoryMapException($"Region {region} is one more than the {MaxRegionCount} a map holds.");
        }

        // A region may end at the very top of the address space: then its end wraps to 0.
        if (region.LengthBytes == 0 || (region.End != 0 && region.End < region.Address.Value))
        {
            throw new MemoryMapException($"Region {region} is empty or reaches past the end of the address space.");
        }

        foreach (MemoryRegion other in _regions)
        {
            if (Overlap(region, other) || string.Equals(region.Name, other.Name, StringComparison.Ordinal))
            {
                throw new MemoryMapException($"Region {region} overlaps region {other} or has its name: a processor "
                    + "sees one thing at one address. Check both regions.");
            }
        }
    }

    private static bool Overlap(MemoryRegion one, MemoryRegion other)
        => unchecked(one.Address.Value - other.Address.Value) < other.LengthBytes
            || unchecked(other.Address.Value - one.Address.Value) < one.LengthBytes;
}
