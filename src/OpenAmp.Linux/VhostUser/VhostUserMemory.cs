// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>The guest's memory as the front end passed it: regions that overlap nowhere. Immutable; a change makes a
/// new one.</summary>
internal sealed unsafe class VhostUserMemory : IDisposable
{
    // More than any file holds, and far from where sums of addresses wrap.
    private const ulong MaxRegionBytes = 1UL << 46;

    private readonly VhostUserRegion[] _regions;
    private bool _released;

    private VhostUserMemory(VhostUserRegion[] regions) => _regions = regions;

    /// <summary>No memory.</summary>
    internal static VhostUserMemory None => new([]);

    internal int RegionCount => _regions.Length;

    internal SharedRegion[] Regions => Array.ConvertAll(_regions, static region => region.Shared);

    /// <summary>These regions and one more, whose file the new memory owns. Nothing changed when this throws; then the
    /// file is the caller's.</summary>
    internal VhostUserMemory With(in VhostUserRegionMessage place, SafeFileHandle file, bool requireSeal)
    {
        Check(place, file);
        if (!TrySeal(file) && requireSeal)
        {
            throw new VhostUserException(VhostUserFault.BadMemory, $"{place} lies in a file that the front end could "
                + "shrink: it has no F_SEAL_SHRINK, and takes none. Pass a memfd that allows seals.");
        }

        VhostUserRegion added = VhostUserRegion.Map(place, file);
        foreach (VhostUserRegion region in _regions)
        {
            region.AddOwner();
        }

        return new VhostUserMemory([.. _regions, added]);
    }

    /// <summary>These regions but one; <see langword="null"/> when there is none like it.</summary>
    internal VhostUserMemory? Without(in VhostUserRegionMessage place)
    {
        VhostUserRegionMessage wanted = place;
        int index = Array.FindIndex(_regions, region => region.Place.GuestAddress == wanted.GuestAddress
            && region.Place.UserAddress == wanted.UserAddress && region.Place.SizeBytes == wanted.SizeBytes);
        if (index < 0)
        {
            return null;
        }

        VhostUserRegion[] left = [.. _regions.Where((_, position) => position != index)];
        foreach (VhostUserRegion region in left)
        {
            region.AddOwner();
        }

        return new VhostUserMemory(left);
    }

    /// <summary>A second mapping of all of it, to be detached on its own.</summary>
    internal VhostUserMemory MapAgain()
    {
        List<VhostUserRegion> mapped = [];
        try
        {
            foreach (VhostUserRegion region in _regions)
            {
                mapped.Add(region.MapAgain());
            }

            return new VhostUserMemory([.. mapped]);
        }
        catch
        {
            mapped.ForEach(static region => region.Release());
            throw;
        }
    }

    /// <summary>Replaces the guest's memory by empty memory under everybody who has pointers. Only of memory that
    /// <see cref="MapAgain"/> gave: nobody else has those mappings.</summary>
    internal void Detach() => Array.ForEach(_regions, static region => region.Detach());

    /// <summary>Finds the guest address of a range that the front end names by its own addresses.</summary>
    internal bool TryFindGuestAddress(ulong userAddress, ulong lengthBytes, out DeviceAddress address)
    {
        foreach (VhostUserRegion region in _regions)
        {
            ulong offset = unchecked(userAddress - region.Place.UserAddress);
            if (offset < region.Place.SizeBytes && lengthBytes <= region.Place.SizeBytes - offset)
            {
                address = new DeviceAddress(region.Place.GuestAddress).Plus(offset);
                return true;
            }
        }

        address = default;
        return false;
    }

    /// <summary>Lets go. The regions stay mapped while another memory has them.</summary>
    public void Dispose()
    {
        if (!_released)
        {
            _released = true;
            Array.ForEach(_regions, static region => region.Release());
        }
    }

    private static bool TrySeal(SafeFileHandle file)
        => Interop.fcntl((int)file.DangerousGetHandle(), Interop.F_ADD_SEALS, Interop.F_SEAL_SHRINK) == 0
            || ((Interop.fcntl((int)file.DangerousGetHandle(), Interop.F_GET_SEALS, 0) is int seals and >= 0)
                && (seals & Interop.F_SEAL_SHRINK) != 0);

    private static bool Overlaps(ulong one, ulong other, ulong oneBytes, ulong otherBytes)
        => one < other + otherBytes && other < one + oneBytes;

    private void Check(in VhostUserRegionMessage place, SafeFileHandle file)
    {
        if (place.SizeBytes is 0 or > MaxRegionBytes || place.FileOffset > MaxRegionBytes
            || place.GuestAddress > ulong.MaxValue - place.SizeBytes
            || place.UserAddress > ulong.MaxValue - place.SizeBytes)
        {
            throw Bad(place, $"has no bytes, more than 0x{MaxRegionBytes:x}, or wraps around the end of addresses");
        }

        (ushort type, ulong fileBytes) = PassedDescriptor.Look(file);
        if (type != FileStatus.TypeRegular)
        {
            throw new VhostUserException(VhostUserFault.BadDescriptor,
                $"{place} came with a descriptor that is no file: its type is 0x{type:x}, expected 0x8000. "
                + "Pass a memfd, or a file of a tmpfs or hugetlbfs.");
        }

        if (place.FileOffset + place.SizeBytes > fileBytes)
        {
            throw Bad(place, $"goes beyond the end of its file of 0x{fileBytes:x} bytes");
        }

        foreach (VhostUserRegion region in _regions)
        {
            VhostUserRegionMessage other = region.Place;
            if (Overlaps(place.GuestAddress, other.GuestAddress, place.SizeBytes, other.SizeBytes)
                || Overlaps(place.UserAddress, other.UserAddress, place.SizeBytes, other.SizeBytes))
            {
                throw Bad(place, $"overlaps another: {other}");
            }
        }
    }

    private static VhostUserException Bad(in VhostUserRegionMessage place, string what)
        => new(VhostUserFault.BadMemory, $"{place} {what}.");
}
