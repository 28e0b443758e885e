// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>A piece of the guest's memory that a front end passed, mapped here. Counted: unmapped when the last owner
/// lets go.</summary>
internal sealed unsafe class VhostUserRegion
{
    private const long PageBytes = 4096;

    private readonly SafeFileHandle? _file;
    private readonly byte* _mapping;
    private readonly nuint _mappingBytes;
    private readonly byte* _start;
    private int _owners = 1;

    private VhostUserRegion(in VhostUserRegionMessage place, SafeFileHandle? file, byte* mapping, nuint mappingBytes,
        byte* start)
    {
        Place = place;
        _file = file;
        _mapping = mapping;
        _mappingBytes = mappingBytes;
        _start = start;
    }

    /// <summary>The region as the front end described it.</summary>
    internal VhostUserRegionMessage Place { get; }

    /// <summary>The mapped bytes, by guest address.</summary>
    internal SharedRegion Shared => new(_start, Place.SizeBytes, new DeviceAddress(Place.GuestAddress));

    /// <summary>Maps a region and owns its file from then on; nothing changed when this throws.</summary>
    internal static VhostUserRegion Map(in VhostUserRegionMessage place, SafeFileHandle file)
    {
        // The front part of the page in which the region begins; for huge pages the whole front part of the file.
        ulong front = place.FileOffset % PageBytes;
        byte* mapping = TryMap(place.SizeBytes + front, file, place.FileOffset - front);
        if (mapping == null && Interop.LastErrno == Errno.EINVAL)
        {
            front = place.FileOffset;
            mapping = TryMap(place.SizeBytes + front, file, 0);
        }

        return mapping != null
            ? new VhostUserRegion(place, file, mapping, (nuint)(place.SizeBytes + front), mapping + front)
            : throw new VhostUserException(VhostUserFault.BadMemory, $"{place} cannot be mapped.",
                Interop.Failure("mmap", "guest memory", Interop.LastErrno,
                    "Its file must be open for reading and writing, and this process needs the address space."));
    }

    /// <summary>Makes a second mapping of the same memory, with one owner.</summary>
    internal VhostUserRegion MapAgain()
    {
        using DescriptorLoan loan = new(_file!);
        VhostUserRegion again = Map(Place, _file!);
        return new VhostUserRegion(Place, file: null, again._mapping, again._mappingBytes, again._start);
    }

    /// <summary>Puts empty memory of this process in the place of the guest's. Whoever still has pointers can do no
    /// harm to the guest any more, nor crash.</summary>
    internal void Detach()
    {
        void* replaced = Interop.mmap(_mapping, _mappingBytes, Interop.PROT_READ_WRITE,
            Interop.MAP_PRIVATE | Interop.MAP_ANONYMOUS | Interop.MAP_FIXED | Interop.MAP_NORESERVE, -1, 0);
        if (Interop.IsMapFailed(replaced))
        {
            throw Interop.Failure("mmap", "empty memory in the place of a guest's", Interop.LastErrno,
                "The limit of mappings (vm.max_map_count) is reached.");
        }
    }

    internal void AddOwner() => Interlocked.Increment(ref _owners);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            // It cannot fail: the range is the one mmap returned, and only this line unmaps it.
            _ = Interop.munmap(_mapping, _mappingBytes);
            _file?.Dispose();
        }
    }

    private static byte* TryMap(ulong lengthBytes, SafeFileHandle file, ulong fileOffset)
    {
        void* start = Interop.mmap(null, (nuint)lengthBytes, Interop.PROT_READ_WRITE, Interop.MAP_SHARED,
            (int)file.DangerousGetHandle(), (long)fileOffset);
        return Interop.IsMapFailed(start) ? null : (byte*)start;
    }
}
