// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Core.Tests;

/// <summary>A peer that writes anything anywhere in rings and buffers, more often where it hurts. It also knows what
/// memory would be if nobody but itself wrote.</summary>
internal sealed unsafe class Vandal
{
    private static readonly ulong[] s_values = [0, 1, 2, 15, 16, 512, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, ~0ul];

    private readonly Link _link;
    private readonly byte[] _mirror;
    private Dice _dice;

    public Vandal(Link link, ulong seed)
    {
        _link = link;
        _mirror = link.Memory.Bytes.ToArray();
        _dice = new Dice(seed);
    }

    /// <summary>What lies where only this peer writes.</summary>
    public ReadOnlySpan<byte> Mirror => _mirror;

    /// <summary>Writes one thing.</summary>
    /// <param name="asDevice">Whether to move the used rings on, else the available rings.</param>
    public void Strike(bool asDevice)
    {
        bool toDriver = _dice.OneIn(2);
        RawRing ring = toDriver ? _link.ToDriver : _link.ToDevice;
        RpmsgDirection direction = toDriver ? _link.Layout.ToDriver : _link.Layout.ToDevice;
        int entries = direction.Ring.Size.EntryCount;
        fixed (ushort* index = &(asDevice ? ref ring.UsedIndex : ref ring.AvailIndex))
        {
            switch (_dice.Below(12))
            {
                case < 4:
                    Advance(ring, index, asDevice, entries);
                    break;
                case 4 or 5:
                    Header(direction);
                    break;
                case 6 or 7:
                    Descriptor(direction, ring, entries);
                    break;
                case 8 when _dice.OneIn(40):
                    Write(index, 2, Value());
                    break;
                case 9 or 10:
                    ulong offset = direction.RingAddress.Value - _link.Origin;
                    WriteUnlessIndex(offset + (ulong)_dice.Below((int)direction.Ring.SizeBytes), index);
                    break;
                default:
                    int pool = (int)direction.BufferSizeBytes * direction.BufferCount;
                    Write(_link.At(direction.PoolAddress.Value) + _dice.Below(pool), 1, Value());
                    break;
            }
        }
    }

    private ulong Value() => _dice.OneIn(3) ? _dice.Next() : s_values[_dice.Below(s_values.Length)];

    private ulong Plausible(int entries) => _dice.OneIn(8) ? Value() : (ulong)_dice.Below(entries);

    private void Advance(RawRing ring, ushort* index, bool asDevice, int entries)
    {
        int slot = *index & (entries - 1);
        if (asDevice)
        {
            fixed (uint* element = &ring.UsedHead(slot))
            {
                Write(element, 4, Plausible(entries));
                Write(element + 1, 4, _dice.OneIn(4) ? Value() : 512);
            }
        }
        else
        {
            fixed (ushort* entry = &ring.AvailEntry(slot))
            {
                Write(entry, 2, Plausible(entries));
            }
        }

        Write(index, 2, *index + 1u);
    }

    private void Header(in RpmsgDirection direction)
    {
        ulong offset = direction.BufferSizeBytes * (ulong)_dice.Below(direction.BufferCount);
        byte* header = _link.At(direction.PoolAddress.Value + offset);
        Write(header, 4, _dice.Next());
        Write(header + 4, 4, _dice.OneIn(3) ? RpmsgAddress.NameService : (ulong)(1023 + _dice.Below(3)));
        Write(header + 12, 2, _dice.OneIn(4) ? Value() : _dice.OneIn(3) ? 40 : (ulong)_dice.Below(497));
    }

    private void Descriptor(in RpmsgDirection direction, RawRing ring, int entries)
    {
        fixed (ulong* address = &ring.Address(_dice.Below(entries)))
        {
            ulong buffer = direction.BufferSizeBytes * (ulong)_dice.Below(direction.BufferCount);
            Write(address, 8, _dice.OneIn(4) ? Value() : direction.PoolAddress.Value + buffer);
            Write(address + 1, 4, _dice.OneIn(4) ? Value() : 512);
            bool normal = !_dice.OneIn(4);
            ulong flags = direction.NotifyId == 1 ? RawRing.WriteFlag : 0u;
            Write((byte*)address + 12, 2, normal ? flags : Value());
            Write((byte*)address + 14, 2, Plausible(entries));
        }
    }

    /// <summary>The indices are struck seldom: a ring that broke is of no more use to the test.</summary>
    private void WriteUnlessIndex(ulong offset, ushort* index)
    {
        byte* target = _link.Memory.Start + offset;
        if (target != (byte*)index && target != (byte*)index + 1)
        {
            Write(target, 1, Value());
        }
    }

    private void Write(void* target, int lengthBytes, ulong value)
    {
        int offset = (int)((byte*)target - _link.Memory.Start);
        for (int i = 0; i < lengthBytes; i++)
        {
            byte part = unchecked((byte)(value >> (8 * i)));
            ((byte*)target)[i] = part;
            _mirror[offset + i] = part;
        }
    }
}
