// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
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

    private VirtqDesc* _descriptors;
    private ushort* _availEntries;
    private UsedElement* _usedElements;
    private DeviceSlot* _slots;
    private RingCursor _avail;
    private RingPublisher _used;
    private bool _eventIndex;
    private TPlatform _platform;
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
        Begin(memory, slots, eventIndex, notifyId);
    }

    /// <summary>Takes the device's side of a ring whose parts lie anywhere, at the indices that its place says. Asks
    /// the driver for notifications.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="ring">The ring.</param>
    /// <param name="slots">As many slots as the ring has entries, in this side's own memory.</param>
    /// <param name="eventIndex">Whether VIRTIO_F_EVENT_IDX was negotiated.</param>
    /// <remarks>Safety: as for the other constructor.</remarks>
    public DeviceQueue(TPlatform platform, in VringParts ring, DeviceSlot* slots, bool eventIndex)
    {
        _platform = platform;
        _descriptors = ring.Descriptors;
        _availEntries = ring.AvailEntries;
        _usedElements = ring.UsedElements;
        _slots = slots;
        _eventIndex = eventIndex;
        NotifyId = ring.Place.NotifyId;
        _used.BeginAsDevice(ring);
        _avail.Begin((RingHead*)ring.Avail, ring.Place.Size);
        _avail.BeginAt(ring.Place.AvailIndex);
        new Span<DeviceSlot>(slots, ring.Place.Size.EntryCount).Clear();

        // An earlier device of a ring that goes on may have asked for silence.
        ((RingHead*)ring.Used)->Flags.Write(wanted: true);
        _ = SetNotifications(wanted: true);
    }

    /// <summary>Notify id of the ring.</summary>
    public uint NotifyId { readonly get; private set; }

    /// <summary>Free-running index of the available entry that is taken next.</summary>
    public readonly ushort NextAvailIndex => _avail.Next;

    /// <summary>What the driver got wrong so far.</summary>
    public readonly QueueFaults Faults
    {
        get
        {
            QueueFaults faults = _faults;
            faults.IndexJumps = _avail.IsBroken ? 1u : 0u;
            return faults;
        }
    }

    /// <summary>Whether the ring is beyond use: its index jumped.</summary>
    public readonly bool IsBroken => _avail.IsBroken;

    /// <summary>Kicks sent.</summary>
    public ulong KicksSent { get; private set; }

    /// <summary>Kicks left out because the driver asked for silence.</summary>
    public ulong KicksSuppressed { get; private set; }

    /// <summary>Chains known to be offered, without looking at shared memory.</summary>
    public readonly int KnownAvailableCount => _avail.Remaining;

    /// <summary>Takes the next chain that the driver offers, in the order of its offers.</summary>
    /// <param name="head">Head of the chain, held until <see cref="Push"/>; any number when none was taken.</param>
    /// <returns>Whether one was taken; see <see cref="QueueResult"/>.</returns>
    public QueueResult TryTake(out ushort head)
    {
        Unsafe.SkipInit(out head);
        if (!_avail.HasWork(ref _platform))
        {
            return _avail.IsBroken ? QueueResult.Broken : QueueResult.Empty;
        }

        int slotIndex = _avail.Step();

        // SAFETY: the cursor keeps the slot below the entry count. Copied once; only the copy is looked at.
        ushort* entry = unchecked(_availEntries + slotIndex);
        _platform.Invalidate(entry, sizeof(ushort));
        ushort claimedHead = *entry;
        if (claimedHead > _avail.Mask)
        {
            _faults.HeadsOutside = unchecked(_faults.HeadsOutside + 1);
            return QueueResult.Rejected;
        }

        DeviceSlot* slot = unchecked(_slots + claimedHead);
        if (slot->IsHeld)
        {
            _faults.HeadsNotOwned = unchecked(_faults.HeadsNotOwned + 1);
            return QueueResult.Rejected;
        }

        slot->Hold();
        head = claimedHead;
        return QueueResult.Taken;
    }

    /// <summary>Begins to follow a chain. Reads nothing yet.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <returns>The walk.</returns>
    public readonly VirtqChain<TPlatform> OpenChain(ushort head)
        => new(_descriptors, unchecked((ushort)_avail.EntryCount), head);

    /// <summary>Reads a chain that is one buffer, as every RPMsg message is.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="segment">The buffer.</param>
    /// <param name="pointer">Where it is mapped here.</param>
    /// <returns><see langword="false"/>, counted, when the chain is anything else or lies outside shared
    /// memory.</returns>
    public bool TryReadSingle(ushort head, out VirtqSegment segment, out byte* pointer)
    {
        // Nearly always one plain descriptor: then there is no chain to follow. Copied once, as in VirtqChain.
        VirtqDesc* descriptor = unchecked(_descriptors + head);
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

        if (!TPlatform.HasPlainRings)
        {
            return TryFollowSingle(head, out segment, out pointer);
        }

        segment = new(new(address), lengthBytes, false);
        pointer = null;
        _faults.BadChains = unchecked(_faults.BadChains + 1);
        return false;
    }

    /// <summary>Opens a chain that this side holds: its start, and its length as the driver says. False, counted, and
    /// with a start of null, unless it is one buffer in shared memory with the right flags, aligned to 4 and long
    /// enough.</summary>
    internal bool TryOpen(uint expected, uint leastBytes, ref TakenBuffer buffer)
    {
        // As TryReadSingle does it, but for what RPMsg has no use for: twice for each message that is answered.
        VirtqDesc* descriptor = unchecked(_descriptors + buffer.Head);
        _platform.Invalidate(descriptor, VirtqDesc.SizeBytes);
        ulong address = descriptor->Address;
        uint lengthBytes = descriptor->LengthBytes;
        uint flags = (uint)descriptor->Flags;
        buffer.LengthBytes = lengthBytes;
        buffer.Start = null;
        byte* start;
        if ((flags & (uint)(VirtqDescFlags.Next | VirtqDescFlags.Indirect)) != 0)
        {
            if (TPlatform.HasPlainRings)
            {
                _faults.BadChains = unchecked(_faults.BadChains + 1);
                return false;
            }

            if (!TryFollowSingle(buffer.Head, out VirtqSegment segment, out start))
            {
                buffer.LengthBytes = segment.LengthBytes;
                return false;
            }

            buffer.LengthBytes = lengthBytes = segment.LengthBytes;
            flags = segment.DeviceWrites ? (uint)VirtqDescFlags.Write : 0;
        }
        else if (!_platform.TryTranslate(new(address), lengthBytes, out start))
        {
            _faults.BuffersOutside = unchecked(_faults.BuffersOutside + 1);
            return false;
        }

        if ((flags & (uint)VirtqDescFlags.Write) != expected || lengthBytes < leastBytes || ((nuint)start & 3) != 0)
        {
            _faults.BadBuffers = unchecked(_faults.BadBuffers + 1);
            return false;
        }

        buffer.Start = start;
        return true;
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
        VirtqDesc* descriptor = _descriptors + (_availEntries[slotIndex] & _avail.Mask);
        if (_platform.TryTranslate(new(descriptor->Address), 2 * CacheLineBytes, out byte* pointer))
        {
            TPlatform.Prefetch(pointer);
            TPlatform.Prefetch(pointer + CacheLineBytes);
        }
    }

    /// <summary>Counts a buffer that lies in shared memory but is of no use to whoever asked for it.</summary>
    public void CountBadBuffer() => _faults.BadBuffers = unchecked(_faults.BadBuffers + 1);

    /// <summary>Keeps a number with a chain for as long as it is held.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="tag">The number, of 31 bits: the highest bit is lost.</param>
    public readonly void SetTag(ushort head, uint tag) => unchecked(_slots + head)->Tag = tag;

    /// <summary>The number kept with a chain.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <returns>The number.</returns>
    public readonly uint GetTag(ushort head) => unchecked(_slots + head)->Tag;

    /// <summary>Hands a chain back to the driver, which sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="head">Head of a chain that <see cref="TryTake"/> gave.</param>
    /// <param name="writtenBytes">What to report as written, in bytes.</param>
    /// <returns><see langword="false"/> when this side does not hold the chain.</returns>
    public bool Push(ushort head, uint writtenBytes)
    {
        DeviceSlot* slot = unchecked(_slots + head);
        if (head > _avail.Mask || !slot->IsHeld)
        {
            return false;
        }

        slot->Free();

        // SAFETY: the mask keeps the slot below the entry count, which VringMemory.TryMap found room for.
        UsedElement* element = unchecked(_usedElements + (_used.Next & _avail.Mask));
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

        bool isWanted = _used.NeedsKick(ref _platform, _eventIndex);
        if (TPlatform.CountsTraffic)
        {
            KicksSent += isWanted ? 1u : 0u;
            KicksSuppressed += isWanted ? 0u : 1u;
        }

        if (isWanted)
        {
            _platform.Notify(NotifyId);
        }
    }

    /// <summary>Whether the driver offers something. Reads one word of shared memory at most.</summary>
    /// <returns><see langword="true"/> when <see cref="TryTake"/> would not find the ring empty.</returns>
    public bool HasAvailable() => _avail.HasWork(ref _platform);

    /// <summary>Whether the driver has reset the ring, which begins with zeros, since this side used it. What this side
    /// knows of the ring is void then: it is to be taken anew.</summary>
    /// <returns><see langword="false"/> also when this side has used no buffer yet, or a multiple of 65536: then there
    /// is nothing to tell by.</returns>
    /// <remarks>For transports that have no word for a reset, such as remoteproc's. Belongs to who gives back. VIRTIO
    /// 1.3, section 2.1.2 (Driver Requirements: Device Status Field).</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)] // Called after a sleep: never hot.
    public bool WasReset() => _used.IsErased(ref _platform);

    /// <summary>Asks the driver for silence, or to be told of what it offers.</summary>
    /// <param name="wanted">Whether notifications are wanted. A hint: some may come all the same.</param>
    /// <returns>Whether there is something to take already: when it was offered before the driver could know that a
    /// notification was wanted, none comes.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // Called before and after each sleep: never hot, and large.
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

    /// <summary>Number of entries of the ring.</summary>
    internal readonly int EntryCount => _avail.EntryCount;

    /// <summary>Maps the ring, and takes it as the constructor does, in place and at all zeros.</summary>
    /// <returns>As <see cref="VringMemory.TryMap"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryBegin(TPlatform platform, in Rpmsg.RpmsgDirection ring, DeviceSlot* slots, bool eventIndex)
    {
        _platform = platform;
        if (!VringMemory.TryMap(ref _platform, ring.RingAddress, ring.Ring, out VringMemory memory))
        {
            return false;
        }

        Begin(memory, slots, eventIndex, ring.NotifyId);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(in VringMemory memory, DeviceSlot* slots, bool eventIndex, uint notifyId)
    {
        _descriptors = memory.Descriptors;
        _availEntries = memory.AvailEntries;
        _usedElements = memory.UsedElements;
        _slots = slots;
        _eventIndex = eventIndex;
        NotifyId = notifyId;
        _used.BeginAsDevice<TPlatform>(memory);
        _avail.Begin((RingHead*)memory.Avail, memory.Size);

        // CACHE: our first flags word is cleaned together with the index beside it, which must then be the driver's 0
        // and not what our cache kept of an earlier run.
        _platform.Invalidate(memory.Used, UsedRing.HeadSizeBytes);
        new Span<DeviceSlot>(slots, memory.Size.EntryCount).Clear();
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
