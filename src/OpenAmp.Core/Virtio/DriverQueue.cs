// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>The driver's side of a split virtqueue.</summary>
/// <remarks>
/// <para>A chain is built once and then goes round: posted to the device, taken back used, posted again. Posting
/// again writes no descriptor, so the descriptor table stays in both caches.</para>
/// <para>The device may write anything anywhere in the ring. A used element is believed only when it names a chain
/// that the device has, and its length never goes beyond what the chain lets the device write.</para>
/// <para>Two owners at most: one takes (<see cref="TryTakeUsed"/>), one gives (<see cref="Post"/>,
/// <see cref="Flush"/>, building and freeing). Each half is single-threaded.</para>
/// <para>VIRTIO 1.3, section 2.7 (Split Virtqueues). Allocates nothing.</para>
/// </remarks>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DriverQueue<TPlatform>
    where TPlatform : struct, IPlatform
{
    private readonly VirtqDesc* _descriptors;
    private readonly DriverSlot* _slots;
    private readonly ushort _entryCount;
    private readonly bool _eventIndex;
    private readonly ushort* _availEntries;
    private readonly UsedElement* _usedElements;
    private TPlatform _platform;
    private RingPublisher _avail;
    private RingCursor _used;
    private ushort _freeHead;
    private ushort _freeCount;
    private QueueFaults _faults;

    /// <summary>Takes the driver's side of a ring and resets it: the whole ring is zeroed.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="memory">The ring.</param>
    /// <param name="slots">As many slots as the ring has entries, in this side's own memory.</param>
    /// <param name="eventIndex">Whether VIRTIO_F_EVENT_IDX was negotiated.</param>
    /// <param name="notifyId">Notify id of the ring.</param>
    /// <remarks>Safety: the ring stays mapped and the slots stay allocated while the queue is in use; nobody else
    /// uses either.</remarks>
    public DriverQueue(TPlatform platform, in VringMemory memory, DriverSlot* slots, bool eventIndex, uint notifyId)
    {
        _platform = platform;
        _descriptors = memory.Descriptors;
        _slots = slots;
        _entryCount = memory.Size.EntryCount;
        _eventIndex = eventIndex;
        _availEntries = memory.AvailEntries;
        _usedElements = memory.UsedElements;
        NotifyId = notifyId;

        memory.Clear();
        _platform.Clean(memory.Start, memory.Layout.SizeBytes);
        _avail.BeginAsDriver(memory);
        _used.Begin((RingHead*)memory.Used, memory.Size);
        for (ushort i = 0; i < _entryCount; i++)
        {
            slots[i] = new DriverSlot { Next = unchecked((ushort)(i + 1)) };
        }

        _freeCount = _entryCount;
    }

    /// <summary>Notify id of the ring.</summary>
    public uint NotifyId { get; }

    /// <summary>Descriptors that no chain uses.</summary>
    public readonly int FreeDescriptorCount => _freeCount;

    /// <summary>What the device got wrong so far.</summary>
    public readonly QueueFaults Faults => _faults;

    /// <summary>Whether the ring is beyond use: its index jumped.</summary>
    public readonly bool IsBroken => _used.IsBroken;

    /// <summary>Kicks sent.</summary>
    public ulong KicksSent { get; private set; }

    /// <summary>Kicks left out because the device asked for silence.</summary>
    public ulong KicksSuppressed { get; private set; }

    /// <summary>Writes a chain into free descriptors. The device does not see it yet.</summary>
    /// <param name="segments">The chain: first what the device reads, then what it writes.</param>
    /// <param name="head">The chain's head, which <see cref="Post"/> takes.</param>
    /// <returns><see langword="false"/>, changing nothing, when the chain is empty, when too few descriptors are free,
    /// or when a buffer to be read follows one to be written (VIRTIO 1.3, section 2.7.4.2).</returns>
    public bool TryBuild(ReadOnlySpan<VirtqSegment> segments, out ushort head)
    {
        head = _freeHead;
        if (segments.IsEmpty || segments.Length > _freeCount || !IsOrdered(segments))
        {
            return false;
        }

        ushort index = _freeHead;
        ushort last = index;
        uint writable = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            last = index;
            index = WriteDescriptor(index, segments[i], isLast: i == segments.Length - 1, ref writable);
        }

        _freeHead = index;
        _freeCount -= (ushort)segments.Length;
        _slots[head].State = DriverSlotState.Ours;
        _slots[head].WritableBytes = writable;
        _slots[last].Next = last;
        return true;
    }

    /// <summary>Offers a chain to the device, which sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="head">Head of a chain that is in this side's hands.</param>
    /// <returns><see langword="false"/> when the chain is not in this side's hands.</returns>
    public bool Post(ushort head)
    {
        if (head >= _entryCount || _slots[head].State != DriverSlotState.Ours)
        {
            return false;
        }

        _slots[head].State = DriverSlotState.Posted;

        // SAFETY: the mask keeps the slot below the entry count, which VringMemory.TryMap found room for.
        ushort* entry = _availEntries + (_avail.Next & (_entryCount - 1));
        *entry = head;
        _platform.Clean(entry, sizeof(ushort));
        _avail.Step();
        return true;
    }

    /// <summary>Shows the device what was posted, and rings it if it wants to be rung.</summary>
    public void Flush()
    {
        if (!_avail.Publish(ref _platform))
        {
            return;
        }

        if (_avail.NeedsKick(ref _platform, _eventIndex))
        {
            KicksSent++;
            _platform.Notify(NotifyId);
        }
        else
        {
            KicksSuppressed++;
        }
    }

    /// <summary>Shows the device what was posted without ringing it, for what is offered before DRIVER_OK.</summary>
    public void FlushUnannounced() => _ = _avail.Publish(ref _platform);

    /// <summary>Takes back one chain that the device has finished with.</summary>
    /// <param name="head">Head of the chain, now in this side's hands.</param>
    /// <param name="writtenBytes">Bytes the device says it wrote, never more than the chain let it write.</param>
    /// <returns>Whether one was taken; see <see cref="QueueResult"/>.</returns>
    public QueueResult TryTakeUsed(out ushort head, out uint writtenBytes)
    {
        head = 0;
        writtenBytes = 0;
        QueueResult result = _used.TryStep(ref _platform, out int slotIndex);
        if (result != QueueResult.Taken)
        {
            _faults.IndexJumps += result == QueueResult.Broken && _faults.IndexJumps == 0 ? 1u : 0u;
            return result;
        }

        // SAFETY: the cursor keeps the slot below the entry count. Copied once; only the copies are looked at.
        UsedElement* element = _usedElements + slotIndex;
        _platform.Invalidate(element, UsedElement.SizeBytes);
        uint claimedHead = element->Head;
        uint claimedBytes = element->WrittenBytes;
        if (claimedHead >= _entryCount)
        {
            _faults.HeadsOutside = unchecked(_faults.HeadsOutside + 1);
            return QueueResult.Rejected;
        }

        DriverSlot* slot = _slots + claimedHead;
        if (slot->State != DriverSlotState.Posted)
        {
            _faults.HeadsNotOwned = unchecked(_faults.HeadsNotOwned + 1);
            return QueueResult.Rejected;
        }

        slot->State = DriverSlotState.Ours;
        head = (ushort)claimedHead;
        writtenBytes = claimedBytes;
        if (claimedBytes > slot->WritableBytes)
        {
            // A device that returns buffers it only read may say any length (the C library says the whole buffer).
            _faults.LengthsBeyondBuffer = unchecked(_faults.LengthsBeyondBuffer + (slot->WritableBytes == 0 ? 0u : 1u));
            writtenBytes = slot->WritableBytes;
        }

        return QueueResult.Taken;
    }

    /// <summary>Which chain will come back a little later, for whoever wants to fetch its memory ahead.</summary>
    /// <param name="ahead">How many used elements to look past the next.</param>
    /// <param name="head">What the device says its head is: inside the table, but not checked further.</param>
    /// <returns><see langword="false"/> when no such element is known yet.</returns>
    public readonly bool TryPeekUsed(ushort ahead, out ushort head)
    {
        head = 0;
        if (!_used.TryPeek(ahead, out int slotIndex))
        {
            return false;
        }

        // SAFETY: the cursor keeps the slot below the entry count.
        uint claimedHead = _usedElements[slotIndex].Head;
        head = (ushort)(claimedHead & ((uint)_entryCount - 1));
        return true;
    }

    /// <summary>Counts a buffer that came back in order but is of no use to whoever posted it.</summary>
    public void CountBadBuffer() => _faults.BadBuffers = unchecked(_faults.BadBuffers + 1);

    /// <summary>Gives a chain's descriptors back to the free list.</summary>
    /// <param name="head">Head of a chain that is in this side's hands.</param>
    /// <returns><see langword="false"/> when the chain is not in this side's hands.</returns>
    public bool Free(ushort head)
    {
        if (head >= _entryCount || _slots[head].State != DriverSlotState.Ours)
        {
            return false;
        }

        ushort index = head;
        for (int i = 0; i < _entryCount; i++)
        {
            ushort next = _slots[index].Next;
            _slots[index].State = DriverSlotState.Free;
            _freeCount++;
            if (next == index)
            {
                break;
            }

            index = next;
        }

        _slots[index].Next = _freeHead;
        _freeHead = head;
        return true;
    }

    /// <summary>Whether the device has handed something back. Reads one word of shared memory at most.</summary>
    /// <returns><see langword="true"/> when <see cref="TryTakeUsed"/> would not find the ring empty.</returns>
    public bool HasUsed() => _used.HasWork(ref _platform);

    /// <summary>Asks the device for silence, or to be told of what it hands back.</summary>
    /// <param name="wanted">Whether notifications are wanted. A hint: some may come all the same.</param>
    /// <returns>Whether there is something to take already: when it was handed back before the device could know that
    /// a notification was wanted, none comes.</returns>
    public bool SetNotifications(bool wanted)
    {
        _avail.SetWanted(ref _platform, wanted, _used.Next, _eventIndex);
        if (!wanted)
        {
            return false;
        }

        // Orders our wish before our look at the device's index; see RingPublisher.NeedsKick.
        TPlatform.FullFence();
        return _used.HasWork(ref _platform);
    }

    private static bool IsOrdered(ReadOnlySpan<VirtqSegment> segments)
    {
        bool writing = false;
        for (int i = 0; i < segments.Length; i++)
        {
            if (writing && !segments[i].DeviceWrites)
            {
                return false;
            }

            writing = segments[i].DeviceWrites;
        }

        return true;
    }

    private readonly ushort WriteDescriptor(ushort index, in VirtqSegment segment, bool isLast, ref uint writable)
    {
        // SAFETY: the free list holds descriptor numbers only, each below the entry count.
        VirtqDesc* descriptor = _descriptors + index;
        ushort next = _slots[index].Next;
        descriptor->Address = segment.Address.Value;
        descriptor->LengthBytes = segment.LengthBytes;
        descriptor->Flags = (segment.DeviceWrites ? VirtqDescFlags.Write : VirtqDescFlags.None)
            | (isLast ? VirtqDescFlags.None : VirtqDescFlags.Next);
        descriptor->Next = isLast ? (ushort)0 : next;
        _platform.Clean(descriptor, VirtqDesc.SizeBytes);
        _slots[index].State = DriverSlotState.Inner;
        writable = unchecked(writable + (segment.DeviceWrites ? segment.LengthBytes : 0));
        return next;
    }
}
