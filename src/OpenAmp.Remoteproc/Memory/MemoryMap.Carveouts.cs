// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <content>Taking pieces of regions and giving them back.</content>
public sealed partial class MemoryMap
{
    /// <summary>The alignment of carveouts that may lie anywhere: a page.</summary>
    public const uint PageBytes = 4096;

    private readonly List<Carveout> _carveouts = [];

    /// <summary>What is taken now.</summary>
    public IReadOnlyList<Carveout> Carveouts
    {
        get
        {
            lock (_lock)
            {
                return [.. _carveouts];
            }
        }
    }

    /// <summary>Takes a piece of memory, wherever there is room: the region of the same name if there is one, else the
    /// first pool with room (FW_RSC_ADDR_ANY).</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="lengthBytes">How much.</param>
    /// <param name="alignmentBytes">A power of two.</param>
    /// <returns>The carveout; give it back with <see cref="Free"/>.</returns>
    /// <exception cref="MemoryMapException">There is no room.</exception>
    public Carveout Allocate(string name, ulong lengthBytes, uint alignmentBytes = PageBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        if (!System.Numerics.BitOperations.IsPow2(alignmentBytes))
        {
            throw new ArgumentOutOfRangeException(
                nameof(alignmentBytes), alignmentBytes, "An alignment is a power of two.");
        }

        lock (_lock)
        {
            IEnumerable<MemoryRegion> candidates = Find(name) is { } own ? [own] : _regions.Where(r => r.IsPool);
            foreach (MemoryRegion region in candidates)
            {
                if (TryFindRoom(region, lengthBytes, alignmentBytes, out DeviceAddress address))
                {
                    return Take(name, region, address, lengthBytes);
                }
            }
        }

        throw new MemoryMapException($"No room for carveout '{name}' of {lengthBytes} bytes, aligned to "
            + $"{alignmentBytes}. The processor has {Describe()}, of which {DescribeTaken()} is taken. Give it a "
            + "larger "
            + $"pool, or a region named '{name}'.");
    }

    /// <summary>Takes the piece of memory at a fixed device address.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="address">First byte.</param>
    /// <param name="lengthBytes">How much.</param>
    /// <returns>The carveout; give it back with <see cref="Free"/>.</returns>
    /// <exception cref="MemoryMapException">No region holds all of it, or part of it is taken.</exception>
    public Carveout Reserve(string name, DeviceAddress address, ulong lengthBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        lock (_lock)
        {
            MemoryRegion region = Find(address, lengthBytes) ?? throw new MemoryMapException(
                $"Carveout '{name}' wants {lengthBytes} bytes at 0x{address.Value:x8}, outside every region. The "
                + $"processor has {Describe()}. Change the address, or let it be anywhere (0xffffffff).");
            if (_carveouts.Find(other => Overlap(other, address, lengthBytes)) is { } taken)
            {
                throw new MemoryMapException($"Carveout '{name}' wants {lengthBytes} bytes at 0x{address.Value:x8}, "
                    + "but "
                    + $"'{taken.Name}' has {taken.LengthBytes} bytes at 0x{taken.Address.Value:x8}. Move one of them.");
            }

            return Take(name, region, address, lengthBytes);
        }
    }

    /// <summary>Gives a carveout back. Giving it back twice does nothing.</summary>
    /// <param name="carveout">The carveout.</param>
    public void Free(Carveout carveout)
    {
        ArgumentNullException.ThrowIfNull(carveout);
        lock (_lock)
        {
            _carveouts.RemoveAll(other => ReferenceEquals(other, carveout));
        }
    }

    private unsafe Carveout Take(string name, MemoryRegion region, DeviceAddress address, ulong lengthBytes)
    {
        bool isInside = region.Memory.TryTranslate(address, lengthBytes, out byte* pointer);
        System.Diagnostics.Debug.Assert(isInside, "the region was found to hold the range");

        // SAFETY: the range lies within the region, which its owner keeps mapped.
        var carveout = new Carveout(name, region, new SharedRegion(pointer, lengthBytes, address));
        _carveouts.Add(carveout);
        return carveout;
    }

    // First fit: each candidate is the region's start or the end of what is taken. There are few carveouts.
    private bool TryFindRoom(MemoryRegion region, ulong lengthBytes, uint alignmentBytes, out DeviceAddress address)
    {
        Carveout[] taken = [.. _carveouts.Where(other => ReferenceEquals(other.Region, region))
            .OrderBy(other => other.Address.Value)];
        ulong candidate = AlignedOffset(region, 0, alignmentBytes);
        foreach (Carveout other in taken)
        {
            ulong start = other.Address.Value - region.Address.Value;
            if (candidate <= start && lengthBytes <= start - candidate)
            {
                break;
            }

            candidate = Math.Max(candidate, AlignedOffset(region, start + other.LengthBytes, alignmentBytes));
        }

        address = region.Address.Plus(candidate);
        return candidate <= region.LengthBytes && lengthBytes <= region.LengthBytes - candidate;
    }

    // Offsets into the region, because an address past its end may have wrapped to 0. The offset that is returned is
    // the length at most plus an alignment, so it cannot wrap.
    private static ulong AlignedOffset(MemoryRegion region, ulong offsetBytes, uint alignmentBytes)
    {
        ulong mask = (ulong)alignmentBytes - 1;
        ulong past = unchecked(region.Address.Value + offsetBytes) & mask;
        return past == 0 ? offsetBytes : offsetBytes + (mask + 1 - past);
    }

    private static bool Overlap(Carveout one, DeviceAddress address, ulong lengthBytes)
        => unchecked(address.Value - one.Address.Value) < one.LengthBytes
            || unchecked(one.Address.Value - address.Value) < lengthBytes;

    private string DescribeTaken()
    {
        lock (_lock)
        {
            ulong sum = 0;
            foreach (Carveout carveout in _carveouts)
            {
                sum += carveout.LengthBytes;
            }

            return FormattableString.Invariant($"{sum} bytes");
        }
    }
}
