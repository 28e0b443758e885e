// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>The endpoints of a program with one thread: a few, one after the other. As many as the caller gives memory
/// for.</summary>
/// <remarks>Small before all else. <see cref="EndpointTable"/> is for thousands of endpoints, and for readers beside a
/// writer.</remarks>
public unsafe struct EndpointList
{
    private readonly EndpointEntry* _entries;
    private readonly int _capacity;
    private uint _nextDynamic;

    /// <summary>Makes an empty list.</summary>
    /// <param name="entries">Its memory.</param>
    /// <param name="capacity">Number of places.</param>
    /// <param name="firstDynamic">First address that <see cref="TryAllocate"/> hands out.</param>
    /// <remarks>Safety: the memory stays allocated while the list or a copy of it is in use.</remarks>
    public EndpointList(EndpointEntry* entries, int capacity, uint firstDynamic)
    {
        _entries = entries;
        _capacity = capacity;
        FirstDynamic = firstDynamic;
        _nextDynamic = firstDynamic;
    }

    /// <summary>Number of endpoints.</summary>
    public int Count { get; private set; }

    /// <summary>First address that is handed out.</summary>
    public uint FirstDynamic { get; }

    /// <summary>Adds an endpoint at a given address.</summary>
    /// <param name="address">Its address; not RPMSG_ADDR_ANY.</param>
    /// <param name="context">What <see cref="TryFind"/> answers with.</param>
    /// <returns><see langword="false"/>, changing nothing, when the address is taken or no address, or the list is
    /// full.</returns>
    public bool TryAdd(uint address, nint context)
    {
        if (address == RpmsgAddress.Any || Count >= _capacity || Find(address) != null)
        {
            return false;
        }

        EndpointEntry* entry = unchecked(_entries + Count);
        entry->Address = address;
        entry->Context = context;
        Count = unchecked(Count + 1);
        return true;
    }

    /// <summary>Adds an endpoint at the next free address, counting up and round again: an address that was given up
    /// is not handed out soon, so that messages still under way to it do not reach its successor.</summary>
    /// <param name="context">What <see cref="TryFind"/> answers with.</param>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/>, changing nothing, when the list is full.</returns>
    public bool TryAllocate(nint context, out uint address)
    {
        // Among one more candidates than there are endpoints, at least one is free.
        for (int i = Count; i >= 0 && Count < _capacity; i = unchecked(i - 1))
        {
            address = _nextDynamic;
            _nextDynamic = address >= RpmsgAddress.Any - 1 ? FirstDynamic : unchecked(address + 1);
            if (TryAdd(address, context))
            {
                return true;
            }
        }

        address = RpmsgAddress.Any;
        return false;
    }

    /// <summary>Finds an endpoint.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="context">What it was added with.</param>
    /// <returns><see langword="false"/> when no endpoint has the address.</returns>
    public readonly bool TryFind(uint address, out nint context)
    {
        EndpointEntry* entry = Find(address);
        context = entry == null ? 0 : entry->Context;
        return entry != null;
    }

    /// <summary>Removes an endpoint.</summary>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/> when no endpoint has the address.</returns>
    public bool TryRemove(uint address)
    {
        EndpointEntry* entry = Find(address);
        if (entry == null)
        {
            return false;
        }

        // The last one takes its place: their order means nothing.
        Count = unchecked(Count - 1);
        *entry = unchecked(_entries + Count)[0];
        return true;
    }

    // SAFETY: the caller gave memory for the capacity, and the count never exceeds that.
    private readonly EndpointEntry* Find(uint address)
    {
        EndpointEntry* end = unchecked(_entries + Count);
        for (EndpointEntry* entry = _entries; entry != end; entry = unchecked(entry + 1))
        {
            if (entry->Address == address)
            {
                return entry;
            }
        }

        return null;
    }
}
