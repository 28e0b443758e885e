// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>How far this side has read a ring that the other side writes.</summary>
/// <remarks>The other side's index is looked at only when all that it covered was taken, so a busy ring's index is
/// read once a batch and not once an entry. An index that jumps ends all reading: no entry behind it is believed.
/// </remarks>
internal unsafe struct RingCursor
{
    private RingHead* _peer;
    private ushort _seen;

    /// <summary>Number of entries of the ring, a power of two, less one.</summary>
    public ushort Mask { get; private set; }

    /// <summary>Number of entries of the ring.</summary>
    public readonly int EntryCount => unchecked(Mask + 1);

    /// <summary>Free-running index of the entry to be read next.</summary>
    public ushort Next { get; private set; }

    /// <summary>Whether the index was ever caught moving too far.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Entries known to be there, without looking at shared memory.</summary>
    public readonly ushort Remaining => unchecked((ushort)(_seen - Next));

    // In place, at all zeros; see RingPublisher.
    public void Begin(RingHead* peer, QueueSize size)
    {
        _peer = peer;
        Mask = unchecked((ushort)(size.EntryCount - 1));
    }

    /// <summary>Goes on in a ring of which some was read before.</summary>
    public void BeginAt(ushort index) => Next = _seen = index;

    /// <summary>Steps over one entry, whose slot is then the caller's to read.</summary>
    public QueueResult TryStep<TPlatform>(ref TPlatform platform, out int slotIndex)
        where TPlatform : struct, IPlatform
    {
        slotIndex = 0;
        if (!HasWork(ref platform))
        {
            return IsBroken ? QueueResult.Broken : QueueResult.Empty;
        }

        slotIndex = Step();
        return QueueResult.Taken;
    }

    /// <summary>Steps over an entry that there is, after <see cref="HasWork"/>; gives its slot.</summary>
    public int Step()
    {
        ushort next = Next;
        Next = unchecked((ushort)(next + 1));
        return next & Mask;
    }

    /// <summary>The slot of an entry some way ahead, if it is known to be there.</summary>
    public readonly bool TryPeek(ushort ahead, out int slotIndex)
    {
        slotIndex = unchecked(Next + ahead) & Mask;
        return Remaining > ahead;
    }

    /// <summary>Whether there is an entry to read, looking at shared memory when need be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasWork<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
        => Next != _seen || TryLook(ref platform);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLook<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        // The acquiring read orders the index before the entries that it covers.
        platform.Invalidate(_peer, RingHead.SizeBytes);
        ushort index = _peer->Index.ReadAcquire();
        ushort ahead = unchecked((ushort)(index - Next));
        if (IsBroken || unchecked(ahead - 1u) > Mask)
        {
            IsBroken |= ahead != 0;
            return false;
        }

        _seen = index;
        return true;
    }
}
