// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>The driver's end of an available ring: offers descriptor chains to the device.</summary>
/// <remarks>
/// <para>One writer. The device can write the ring too, so nothing is ever read back from it: the position and the
/// flags are kept here.</para>
/// <para>VIRTIO 1.3, sections 2.7.6 (The Virtqueue Available Ring) and 2.7.13 (Supplying Buffers to The Device).</para>
/// </remarks>
internal unsafe struct AvailRingWriter
{
    private readonly AvailRing* _ring;
    private readonly ushort* _entries;
    private readonly UsedRing* _used;
    private readonly ushort _mask;
    private ushort _next;
    private ushort _published;
    private ushort _announced;
    private bool _silent;

    public AvailRingWriter(in VringMemory memory)
    {
        _ring = memory.Avail;
        _entries = memory.AvailEntries;
        _used = memory.Used;
        _mask = (ushort)(memory.Size.EntryCount - 1);
    }

    public void Push<TPlatform>(ref TPlatform platform, ushort head)
        where TPlatform : struct, IPlatform
    {
        // SAFETY: the mask keeps the slot below the entry count, which VringMemory.TryMap found room for.
        ushort* entry = _entries + (_next & _mask);
        *entry = head;
        platform.Clean(entry, sizeof(ushort));
        _next = unchecked((ushort)(_next + 1));
    }

    /// <summary>Shows the device all that was pushed. False when there was nothing new.</summary>
    public bool Publish<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        if (_published == _next)
        {
            return false;
        }

        _published = _next;
        _ring->Index.WriteRelease(_next);
        platform.Clean(_ring, AvailRing.HeadSizeBytes);
        return true;
    }

    /// <summary>Whether the device wants to be told of what was published since the last call.</summary>
    public bool NeedsKick<TPlatform>(ref TPlatform platform, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        ushort old = _announced;
        _announced = _published;

        // Orders our index (written by Publish) before our read of the device's wish. The device writes its wish,
        // fences, and reads our index: one of the two sees the other, so a kick that is needed is never left out.
        TPlatform.FullFence();
        if (eventIndex)
        {
            var availEvent = (Memory.PublishedIndex*)((byte*)_used + UsedRing.HeadSizeBytes + (8 * (_mask + 1)));
            platform.Invalidate(availEvent, sizeof(ushort));
            return Notification.IsNeeded(availEvent->ReadAcquire(), _published, old);
        }

        platform.Invalidate(_used, UsedRing.HeadSizeBytes);
        return !_used->Flags.AsksForSilence;
    }

    /// <summary>Says whether this side wants to hear of used buffers from <paramref name="usedIndex"/> on.</summary>
    public void SetWanted<TPlatform>(ref TPlatform platform, bool wanted, ushort usedIndex, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        if (eventIndex)
        {
            // An event just behind us is passed again only after 65535 more elements: as silent as this gets.
            var usedEvent = (Memory.PublishedIndex*)(_entries + _mask + 1);
            usedEvent->WriteRelease(unchecked((ushort)(wanted ? usedIndex : usedIndex - 1)));
            platform.Clean(usedEvent, sizeof(ushort));
        }
        else if (_silent == wanted)
        {
            _silent = !wanted;
            _ring->Flags.Write(wanted);
            platform.Clean(_ring, AvailRing.HeadSizeBytes);
        }
    }
}
