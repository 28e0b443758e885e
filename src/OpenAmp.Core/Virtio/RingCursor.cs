// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>How far this side has read a ring that the other side writes.</summary>
/// <remarks>The other side's index is looked at only when all that it covered was taken, so a busy ring's index is
/// read once a batch and not once an entry. An index that jumps ends all reading: no entry behind it is believed.
/// </remarks>
internal unsafe struct RingCursor
{
    private readonly PublishedIndex* _index;
    private readonly ushort _entryCount;
    private ushort _seen;

    public RingCursor(PublishedIndex* index, QueueSize size)
    {
        _index = index;
        _entryCount = size.EntryCount;
    }

    /// <summary>Free-running index of the entry to be read next.</summary>
    public ushort Next { get; private set; }

    /// <summary>Whether the index was ever caught moving too far.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Entries known to be there, without looking at shared memory.</summary>
    public readonly ushort Remaining => unchecked((ushort)(_seen - Next));

    /// <summary>Steps over one entry, whose slot is then the caller's to read.</summary>
    public QueueResult TryStep<TPlatform>(ref TPlatform platform, out int slotIndex)
        where TPlatform : struct, IPlatform
    {
        slotIndex = Next & (_entryCount - 1);
        if (Next == _seen && !TryLook(ref platform))
        {
            return IsBroken ? QueueResult.Broken : QueueResult.Empty;
        }

        Next = unchecked((ushort)(Next + 1));
        return QueueResult.Taken;
    }

    /// <summary>The slot of an entry some way ahead, if it is known to be there.</summary>
    public readonly bool TryPeek(ushort ahead, out int slotIndex)
    {
        slotIndex = (Next + ahead) & (_entryCount - 1);
        return Remaining > ahead;
    }

    /// <summary>Whether there is an entry to read, looking at shared memory when need be.</summary>
    public bool HasWork<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
        => Next != _seen || TryLook(ref platform);

    private bool TryLook<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        // The acquiring read orders the index before the entries that it covers.
        platform.Invalidate(_index, sizeof(ushort));
        ushort index = _index->ReadAcquire();
        ushort ahead = unchecked((ushort)(index - Next));
        IsBroken |= ahead > _entryCount;
        if (ahead == 0 || IsBroken)
        {
            return false;
        }

        _seen = index;
        return true;
    }
}
