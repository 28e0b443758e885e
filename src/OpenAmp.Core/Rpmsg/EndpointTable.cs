// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Finds the endpoint that an address belongs to. As many endpoints as the caller gives memory for.</summary>
/// <remarks>
/// <para>A hash table with open addressing; the memory is the caller's. It is kept at most three quarters full, so a
/// search is short; when it is fuller, move to a larger one with <see cref="CopyTo"/>.</para>
/// <para>One writer at a time; any number of readers beside it, who need no lock: a search sees an endpoint or does
/// not, never half of one. The memory stays allocated as long as any reader may look.</para>
/// </remarks>
public unsafe struct EndpointTable
{
    private const uint Empty = 0;
    private const uint Removed = 1;
    private const uint Used = 2;

    private readonly EndpointSlot* _slots;
    private readonly uint _mask;
    private uint _nextDynamic;
    private int _touchedCount;

    /// <summary>Makes an empty table.</summary>
    /// <param name="slots">Its memory; it is cleared.</param>
    /// <param name="slotCount">Number of places, a power of two of at least 4.</param>
    /// <param name="firstDynamic">First address that <see cref="TryAllocate"/> hands out.</param>
    /// <remarks>Safety: the memory stays allocated while the table or a copy of it is in use.</remarks>
    public EndpointTable(EndpointSlot* slots, int slotCount, uint firstDynamic)
    {
        _slots = slots;
        _mask = (uint)slotCount - 1;
        FirstDynamic = firstDynamic;
        _nextDynamic = firstDynamic;
        for (int i = 0; i < slotCount; i++)
        {
            slots[i] = default;
        }
    }

    /// <summary>Number of endpoints.</summary>
    public int Count { get; private set; }

    /// <summary>First address that is handed out.</summary>
    public uint FirstDynamic { get; }

    /// <summary>Whether it is time for another table: no more endpoints fit, or so many places were once used that
    /// searches grow long; <see cref="CopyTo"/> leaves those behind.</summary>
    public readonly bool IsFull => _touchedCount >= Capacity;

    private readonly int Capacity => (int)(_mask - (_mask >> 2));

    /// <summary>Adds an endpoint at a given address.</summary>
    /// <param name="address">Its address; not RPMSG_ADDR_ANY.</param>
    /// <param name="context">What <see cref="TryFind"/> answers with.</param>
    /// <returns><see langword="false"/>, changing nothing, when the address is taken or no address, or the table is
    /// full.</returns>
    public bool TryAdd(uint address, nint context)
    {
        if (address == RpmsgAddress.Any || Count >= Capacity || TryFind(address, out _))
        {
            return false;
        }

        // The first place on the way that is not used, and no later one: a search ends at an empty place.
        uint index = Hash(address);
        for (uint i = 0; i <= _mask; i++, index = (index + 1) & _mask)
        {
            EndpointSlot* slot = _slots + index;
            if (slot->State == Used)
            {
                continue;
            }

            _touchedCount += slot->State == Empty ? 1 : 0;
            slot->Address = address;
            slot->Context = context;
            slot->State = Used;
            Count++;
            return true;
        }

        return false;
    }

    /// <summary>Adds an endpoint at the next free address, counting up and round again: an address that was given up
    /// is not handed out soon, so that messages still under way to it do not reach its successor.</summary>
    /// <param name="context">What <see cref="TryFind"/> answers with.</param>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/>, changing nothing, when the table is full.</returns>
    public bool TryAllocate(nint context, out uint address)
    {
        // Among one more candidates than there are endpoints, at least one is free.
        for (int i = 0; Count < Capacity && i <= Count; i++)
        {
            address = _nextDynamic;
            _nextDynamic = address >= RpmsgAddress.Any - 1 ? FirstDynamic : address + 1;
            if (!TryFind(address, out _))
            {
                return TryAdd(address, context);
            }
        }

        address = RpmsgAddress.Any;
        return false;
    }

    /// <summary>Finds an endpoint. May run beside a writer.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="context">What it was added with.</param>
    /// <returns><see langword="false"/> when no endpoint has the address.</returns>
    public readonly bool TryFind(uint address, out nint context)
    {
        uint index = Hash(address);
        for (uint i = 0; i <= _mask; i++, index = (index + 1) & _mask)
        {
            EndpointSlot* slot = _slots + index;
            uint state = slot->State;
            if (state == Empty)
            {
                break;
            }

            if (state == Used && slot->Address == address)
            {
                // The volatile reads keep this order: state, address, context, address. A writer empties the state
                // and then fills address and context anew, so an unchanged address is the endpoint asked for.
                context = slot->Context;
                if (slot->State == Used && slot->Address == address)
                {
                    return true;
                }
            }
        }

        context = 0;
        return false;
    }

    /// <summary>Removes an endpoint.</summary>
    /// <param name="address">Its address.</param>
    /// <returns><see langword="false"/> when no endpoint has the address.</returns>
    public bool TryRemove(uint address)
    {
        uint index = Hash(address);
        for (uint i = 0; i <= _mask && _slots[index].State != Empty; i++, index = (index + 1) & _mask)
        {
            EndpointSlot* slot = _slots + index;
            if (slot->State == Used && slot->Address == address)
            {
                slot->State = Removed;
                slot->Address = RpmsgAddress.Any;
                Count--;
                EmptyBack(index);
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds every endpoint of this table to another, which also goes on where this one's addresses
    /// stopped.</summary>
    /// <param name="larger">An empty table with room for them all.</param>
    /// <returns><see langword="false"/> when they do not all fit.</returns>
    public readonly bool CopyTo(ref EndpointTable larger)
    {
        larger._nextDynamic = _nextDynamic;
        for (uint i = 0; i <= _mask; i++)
        {
            EndpointSlot* slot = _slots + i;
            if (slot->State == Used && !larger.TryAdd(slot->Address, slot->Context))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Empties a removed place, and the removed ones before it, when no search needs to step over it because
    /// the next place is empty. Endpoints that come and go would else use up every place.</summary>
    private void EmptyBack(uint index)
    {
        bool needed = _slots[(index + 1) & _mask].State != Empty;
        for (uint i = 0; !needed && i <= _mask && _slots[index].State == Removed; i++, index = (index + _mask) & _mask)
        {
            _slots[index].State = Empty;
            _touchedCount--;
        }
    }

    // Knuth's multiplicative hash; the high bits are the good ones.
    private readonly uint Hash(uint address)
    {
        uint mixed = unchecked(address * 2654435769u);
        return (mixed ^ (mixed >> 15)) & _mask;
    }
}
