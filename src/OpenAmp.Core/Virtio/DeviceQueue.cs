// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>The device's side of a split virtqueue.</summary>
/// <remarks>
/// <para>The driver may write anything anywhere in the ring. A head is believed only when it is inside the table and
/// this side does not hold it already; a chain only as <see cref="VirtqChain{TPlatform}"/> checks it.</para>
/// <para>Two owners at most: one takes (<see cref="TryTake"/>), one gives back (<see cref="Push"/>,
/// <see cref="Flush"/>). Each half is single-threaded.</para>
/// <para>VIRTIO 1.3, section 2.7 (Split Virtqueues). Allocates nothing.</para>
/// </remarks>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DeviceQueue<TPlatform>
    where TPlatform : struct, IPlatform
{
    // A guess is good enough: it is only how far apart two prefetches are.
    private const uint CacheLineBytes = 64;

    private readonly VirtqDesc* _descriptors;
    private readonly ushort* _availEntries;
    private readonly UsedElement* _usedElements;
    private readonly DeviceSlot* _slots;
    private readonly ushort _entryCount;
    private readonly bool _eventIndex;
    private TPlatform _platform;
    private RingPublisher _used;
    private RingCursor _avail;
    private QueueFaults _faults;

    /// <summary>Takes the device's side of a ring that the driver has just reset. Writes nothing.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="memory">The ring.</param>
    /// <param name="slots">As many slots as the ring has entries, in this side's own memory.</param>
    /// <param name="eventIndex">Whether VIRTIO_F_EVENT_IDX was negotiated.</param>
    /// <param name="notifyId">Notify id of the ring.</param>
    /// <remarks>Safety: the ring stays mapped and the slots stay allocated while the queue is in use; nobody else
    /// uses either.</remarks>
    public DeviceQueue(TPlatform platform, in VringMemory memory, DeviceSlot* slots, bool eventIndex, uint notifyId)
    {
        _platform = platform;
        _descriptors = memory.Descriptors;
        _availEntries = memory.AvailEntries;
        _usedElements = memory.UsedElements;
        _slots = slots;
        _entryCount = memory.Size.EntryCount;
        _eventIndex = eventIndex;
        NotifyId = notifyId;
        _used = RingPublisher.ForDevice(memory);
        _avail = new RingCursor(&memory.Avail->Index, memory.Size);

        // CACHE: our first flags word is cleaned together with the index beside it, which must then be the driver's 0
        // and not what our cache kept of an earlier run.
        _platform.Invalidate(memory.Used, UsedRing.HeadSizeBytes);
        for (int i = 0; i < _entryCount; i++)
        {
            slots[i] = default;
        }
    }

    /// <summary>Notify id of the ring.</summary>
    public uint NotifyId { get; }

    /// <summary>What the driver got wrong so far.</summary>
    public readonly QueueFaults Faults => _faults;

    /// <summary>Whether the ring is beyond use: its index jumped.</summary>
    public readonly bool IsBroken => _avail.IsBroken;

    /// <summary>Kicks sent.</summary>
    public ulong KicksSent { get; private set; }

    /// <summary>Kicks left out because the driver asked for silence.</summary>
    public ulong KicksSuppressed { get; private set; }

    /// <summary>Chains known to be offered, without looking at shared memory.</summary>
    public readonly int KnownAvailableCount => _avail.Remaining;

    /// <summary>Takes the next chain that the driver offers, in the order of its offers.</summary>
    /// <param name="head">Head of the chain, held until <see cref="Push"/>.</param>
    /// <returns>Whether one was taken; see <see cref="QueueResult"/>.</returns>
    public QueueResult TryTake(out ushort head)
    {
        head = 0;
        QueueResult result = _avail.TryStep(ref _platform, out int slotIndex);
        if (result != QueueResult.Taken)
        {
            _faults.IndexJumps += result == QueueResult.Broken && _faults.IndexJumps == 0 ? 1u : 0u;
            return result;
        }

        // SAFETY: the cursor keeps the slot below the entry count. Copied once; only the copy is looked at.
        ushort* entry = _availEntries + slotIndex;
        _platform.Invalidate(entry, sizeof(ushort));
        ushort claimedHead = *entry;
        if (claimedHead >= _entryCount)
        {
            _faults.HeadsOutside = unchecked(_faults.HeadsOutside + 1);
            return QueueResult.Rejected;
        }

        if (_slots[claimedHead].IsHeld)
        {
            _faults.HeadsNotOwned = unchecked(_faults.HeadsNotOwned + 1);
            return QueueResult.Rejected;
        }

        _slots[claimedHead].IsHeld = true;
        head = claimedHead;
        return QueueResult.Taken;
    }

    /// <summary>Begins to follow a chain. Reads nothing yet.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <returns>The walk.</returns>
    public readonly VirtqChain<TPlatform> OpenChain(ushort head) => new(_descriptors, _entryCount, head);

    /// <summary>Reads a chain that is one buffer, as every RPMsg message is.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="segment">The buffer.</param>
    /// <param name="pointer">Where it is mapped here.</param>
    /// <returns><see langword="false"/>, counted, when the chain is anything else or lies outside shared
    /// memory.</returns>
    public bool TryReadSingle(ushort head, out VirtqSegment segment, out byte* pointer)
    {
        // Nearly always one plain descriptor: then there is no chain to follow. Copied once, as in VirtqChain.
        VirtqDesc* descriptor = _descriptors + head;
        _platform.Invalidate(descriptor, VirtqDesc.SizeBytes);
        ulong address = descriptor->Address;
        uint lengthBytes = descriptor->LengthBytes;
        VirtqDescFlags flags = descriptor->Flags;
        if ((flags & (VirtqDescFlags.Next | VirtqDescFlags.Indirect)) == 0)
        {
            segment = new(new(address), lengthBytes, (flags & VirtqDescFlags.Write) != 0);
            bool inside = _platform.TryTranslate(segment.Address, lengthBytes, out pointer);
            _faults.BuffersOutside = unchecked(_faults.BuffersOutside + (inside ? 0u : 1u));
            return inside;
        }

        return TryFollowSingle(head, out segment, out pointer);
    }

    /// <summary>Asks for the memory of a buffer that will be taken a little later.</summary>
    /// <param name="ahead">How many offers to look past the next.</param>
    public void Prefetch(ushort ahead)
    {
        if (!_avail.TryPeek(ahead, out int slotIndex))
        {
            return;
        }

        // SAFETY: the cursor keeps the slot below the entry count, the mask the head. Nothing is believed: a wrong
        // address is not in shared memory, and then nothing is fetched.
        VirtqDesc* descriptor = _descriptors + (_availEntries[slotIndex] & (_entryCount - 1));
        if (_platform.TryTranslate(new(descriptor->Address), 2 * CacheLineBytes, out byte* pointer))
        {
            TPlatform.Prefetch(pointer);
            TPlatform.Prefetch(pointer + CacheLineBytes);
        }
    }

    /// <summary>Counts a buffer that lies in shared memory but is of no use to whoever asked for it.</summary>
    public void CountBadBuffer() => _faults.BadBuffers = unchecked(_faults.BadBuffers + 1);

    /// <summary>Keeps a word with a chain for as long as it is held.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="tag">The word.</param>
    public readonly void SetTag(ushort head, uint tag) => _slots[head].Tag = tag;

    /// <summary>The word kept with a chain.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <returns>The word.</returns>
    public readonly uint GetTag(ushort head) => _slots[head].Tag;

    /// <summary>Hands a chain back to the driver, which sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="writtenBytes">What to report as written, in bytes.</param>
    /// <returns><see langword="false"/> when this side does not hold the chain.</returns>
    public bool Push(ushort head, uint writtenBytes)
    {
        if (head >= _entryCount || !_slots[head].IsHeld)
        {
            return false;
        }

        _slots[head].IsHeld = false;

        // SAFETY: the mask keeps the slot below the entry count, which VringMemory.TryMap found room for.
        UsedElement* element = _usedElements + (_used.Next & (_entryCount - 1));
        element->Head = head;
        element->WrittenBytes = writtenBytes;
        _platform.Clean(element, UsedElement.SizeBytes);
        _used.Step();
        return true;
    }

    /// <summary>Shows the driver what was handed back, and rings it if it wants to be rung.</summary>
    public void Flush()
    {
        if (!_used.Publish(ref _platform))
        {
            return;
        }

        if (_used.NeedsKick(ref _platform, _eventIndex))
        {
            KicksSent++;
            _platform.Notify(NotifyId);
        }
        else
        {
            KicksSuppressed++;
        }
    }

    /// <summary>Whether the driver offers something. Reads one word of shared memory at most.</summary>
    /// <returns><see langword="true"/> when <see cref="TryTake"/> would not find the ring empty.</returns>
    public bool HasAvailable() => _avail.HasWork(ref _platform);

    /// <summary>Asks the driver for silence, or to be told of what it offers.</summary>
    /// <param name="wanted">Whether notifications are wanted. A hint: some may come all the same.</param>
    /// <returns>Whether there is something to take already: when it was offered before the driver could know that a
    /// notification was wanted, none comes.</returns>
    public bool SetNotifications(bool wanted)
    {
        _used.SetWanted(ref _platform, wanted, _avail.Next, _eventIndex);
        if (!wanted)
        {
            return false;
        }

        // Orders our wish before our look at the driver's index; see RingPublisher.NeedsKick.
        TPlatform.FullFence();
        return _avail.HasWork(ref _platform);
    }

    private bool TryFollowSingle(ushort head, out VirtqSegment segment, out byte* pointer)
    {
        VirtqChain<TPlatform> chain = OpenChain(head);
        ChainResult result = chain.TryNext(ref _platform, out segment, out pointer);
        if (result == ChainResult.Segment && chain.TryNext(ref _platform, out _, out _) == ChainResult.End)
        {
            return true;
        }

        _faults.BuffersOutside = unchecked(_faults.BuffersOutside + (result == ChainResult.Outside ? 1u : 0u));
        _faults.BadChains = unchecked(_faults.BadChains + (result == ChainResult.Outside ? 0u : 1u));
        return false;
    }
}
