// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>Follows one descriptor chain that the driver wrote, directly or through an indirect table.</summary>
/// <remarks>
/// <para>Each descriptor is copied once and checked before it is used. The walk gives as many segments as the queue has
/// entries at most, whatever the descriptors say (VIRTIO 1.3, section 2.7.5.3.1: a chain is no longer than the
/// queue).</para>
/// <para>Allocates nothing, blocks on nothing.</para>
/// </remarks>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct VirtqChain<TPlatform>
    where TPlatform : struct, IPlatform
{
    private VirtqDesc* _table;
    private uint _tableLength;
    private ushort _index;
    private ushort _stepsLeft;
    private bool _inIndirect;
    private bool _atEnd;
    private bool _writing;

    internal VirtqChain(VirtqDesc* table, ushort entryCount, ushort head)
    {
        _table = table;
        _tableLength = entryCount;
        _index = head;
        _stepsLeft = entryCount;
    }

    /// <summary>Takes the next segment.</summary>
    /// <param name="platform">Translates addresses.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="pointer">Where the segment is mapped here.</param>
    /// <returns>Whether there is one; anything but <see cref="ChainResult.Segment"/> ends the walk.</returns>
    public ChainResult TryNext(ref TPlatform platform, out VirtqSegment segment, out byte* pointer)
    {
        segment = default;
        pointer = null;
        if (_atEnd)
        {
            return ChainResult.End;
        }

        if (!TryCopy(ref platform, out VirtqDesc descriptor))
        {
            return Stop(ChainResult.Malformed);
        }

        if ((descriptor.Flags & VirtqDescFlags.Indirect) != 0)
        {
            ChainResult entered = EnterTable(ref platform, descriptor);
            if (entered != ChainResult.Segment)
            {
                return Stop(entered);
            }

            if (!TryCopy(ref platform, out descriptor) || (descriptor.Flags & VirtqDescFlags.Indirect) != 0)
            {
                return Stop(ChainResult.Malformed);
            }
        }

        return Take(ref platform, descriptor, out segment, out pointer);
    }

    private bool TryCopy(ref TPlatform platform, out VirtqDesc descriptor)
    {
        descriptor = default;
        if (_index >= _tableLength || _stepsLeft == 0)
        {
            return false;
        }

        _stepsLeft--;

        // SAFETY: the index is below the table's length, and the table was mapped or translated as a whole.
        // Field by field, since a struct copy may use accesses that device memory forbids.
        VirtqDesc* shared = _table + _index;
        platform.Invalidate(shared, VirtqDesc.SizeBytes);
        descriptor.Address = shared->Address;
        descriptor.LengthBytes = shared->LengthBytes;
        descriptor.Flags = shared->Flags;
        descriptor.Next = shared->Next;
        return true;
    }

    /// <summary>Goes on in the table that an INDIRECT descriptor holds (VIRTIO 1.3, section 2.7.5.3).</summary>
    private ChainResult EnterTable(ref TPlatform platform, in VirtqDesc descriptor)
    {
        bool wellFormed = !_inIndirect
            && (descriptor.Flags & VirtqDescFlags.Next) == 0
            && descriptor.LengthBytes >= VirtqDesc.SizeBytes
            && (descriptor.LengthBytes & (VirtqDesc.SizeBytes - 1)) == 0;
        if (!wellFormed)
        {
            return ChainResult.Malformed;
        }

        if (!platform.TryTranslate(new DeviceAddress(descriptor.Address), descriptor.LengthBytes, out byte* table)
            || ((nuint)table & 3) != 0)
        {
            return ChainResult.Outside;
        }

        _table = (VirtqDesc*)table;
        _tableLength = descriptor.LengthBytes / VirtqDesc.SizeBytes;
        _index = 0;
        _inIndirect = true;

        // The descriptor of the table is no buffer, and there is one at most: the walk stays bounded.
        _stepsLeft++;
        return ChainResult.Segment;
    }

    private ChainResult Take(
        ref TPlatform platform,
        in VirtqDesc descriptor,
        out VirtqSegment segment,
        out byte* pointer)
    {
        bool deviceWrites = (descriptor.Flags & VirtqDescFlags.Write) != 0;
        segment = new VirtqSegment(new DeviceAddress(descriptor.Address), descriptor.LengthBytes, deviceWrites);
        pointer = null;
        if (_writing && !deviceWrites)
        {
            return Stop(ChainResult.Malformed);
        }

        if (!platform.TryTranslate(segment.Address, segment.LengthBytes, out pointer))
        {
            return Stop(ChainResult.Outside);
        }

        _writing = deviceWrites;
        _atEnd = (descriptor.Flags & VirtqDescFlags.Next) == 0;
        _index = descriptor.Next;
        return ChainResult.Segment;
    }

    private ChainResult Stop(ChainResult reason)
    {
        _atEnd = true;
        return reason;
    }
}
