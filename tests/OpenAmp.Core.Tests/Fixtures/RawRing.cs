// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Core.Tests;

/// <summary>A split virtqueue by its offsets alone, for a peer that plays the other side, by the rules or against
/// them. Shares no code with the core.</summary>
internal sealed unsafe class RawRing
{
    public const ushort NextFlag = 1;
    public const ushort WriteFlag = 2;
    public const ushort IndirectFlag = 4;

    private readonly byte* _start;
    private readonly int _entryCount;
    private readonly byte* _avail;
    private readonly byte* _used;
    private ushort _availTaken;
    private ushort _usedTaken;

    public RawRing(byte* start, int entryCount, int alignmentBytes)
    {
        _start = start;
        _entryCount = entryCount;
        _avail = start + (16 * entryCount);
        int availEnd = (16 * entryCount) + 4 + (2 * entryCount) + 2;
        _used = start + ((availEnd + alignmentBytes - 1) / alignmentBytes * alignmentBytes);
    }

    public ref ushort AvailFlags => ref *(ushort*)_avail;

    public ref ushort AvailIndex => ref *(ushort*)(_avail + 2);

    public ref ushort UsedEvent => ref *(ushort*)(_avail + 4 + (2 * _entryCount));

    public ref ushort UsedFlags => ref *(ushort*)_used;

    public ref ushort UsedIndex => ref *(ushort*)(_used + 2);

    public ref ushort AvailEvent => ref *(ushort*)(_used + 4 + (8 * _entryCount));

    public ref ushort AvailEntry(int slot) => ref *(ushort*)(_avail + 4 + (2 * slot));

    public ref uint UsedHead(int slot) => ref *(uint*)(_used + 4 + (8 * slot));

    public ref uint UsedLength(int slot) => ref *(uint*)(_used + 8 + (8 * slot));

    public ref ulong Address(int descriptor) => ref *(ulong*)(_start + (16 * descriptor));

    public ref uint Length(int descriptor) => ref *(uint*)(_start + (16 * descriptor) + 8);

    public ref ushort Flags(int descriptor) => ref *(ushort*)(_start + (16 * descriptor) + 12);

    public ref ushort Next(int descriptor) => ref *(ushort*)(_start + (16 * descriptor) + 14);

    public void Describe(int descriptor, ulong address, uint length, ushort flags, ushort next = 0)
    {
        Address(descriptor) = address;
        Length(descriptor) = length;
        Flags(descriptor) = flags;
        Next(descriptor) = next;
    }

    /// <summary>As a driver: offers a chain, whatever its number.</summary>
    public void Offer(ushort head)
    {
        AvailEntry(AvailIndex & (_entryCount - 1)) = head;
        AvailIndex = unchecked((ushort)(AvailIndex + 1));
    }

    /// <summary>As a device: takes the next chain that is offered.</summary>
    public bool TryTakeOffered(out ushort head)
    {
        head = AvailEntry(_availTaken & (_entryCount - 1));
        if (_availTaken == AvailIndex)
        {
            return false;
        }

        _availTaken = unchecked((ushort)(_availTaken + 1));
        return true;
    }

    /// <summary>As a device: returns a chain, whatever its number and length.</summary>
    public void Return(uint head, uint length)
    {
        int slot = UsedIndex & (_entryCount - 1);
        UsedHead(slot) = head;
        UsedLength(slot) = length;
        UsedIndex = unchecked((ushort)(UsedIndex + 1));
    }

    /// <summary>As a driver: takes the next chain that came back.</summary>
    public bool TryTakeReturned(out uint head, out uint length)
    {
        int slot = _usedTaken & (_entryCount - 1);
        head = UsedHead(slot);
        length = UsedLength(slot);
        if (_usedTaken == UsedIndex)
        {
            return false;
        }

        _usedTaken = unchecked((ushort)(_usedTaken + 1));
        return true;
    }
}
