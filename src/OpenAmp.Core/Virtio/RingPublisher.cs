// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>How far this side has written its ring, and when the two sides want to hear of each other.</summary>
/// <remarks>
/// <para>The driver's is the available ring, the device's the used ring. The entries are the queue's to write: they
/// differ, and nothing else does.</para>
/// <para>One writer. The other side can write the ring too, so nothing is ever read back from it: the position and the
/// flags are kept here.</para>
/// <para>VIRTIO 1.3, sections 2.7.7 and 2.7.10 (notification suppression) and 2.7.13 (Supplying Buffers to The
/// Device).</para>
/// </remarks>
internal unsafe struct RingPublisher
{
    // Flags and index, of either ring.
    private const int HeadSizeBytes = AvailRing.HeadSizeBytes;

    private readonly SuppressionFlags* _flags;
    private readonly PublishedIndex* _index;
    private readonly PublishedIndex* _ownEvent;
    private readonly SuppressionFlags* _peerFlags;
    private readonly PublishedIndex* _peerEvent;
    private ushort _published;
    private ushort _announced;
    private bool _silent;

    private RingPublisher(
        SuppressionFlags* flags,
        PublishedIndex* index,
        PublishedIndex* ownEvent,
        SuppressionFlags* peerFlags,
        PublishedIndex* peerEvent)
    {
        _flags = flags;
        _index = index;
        _ownEvent = ownEvent;
        _peerFlags = peerFlags;
        _peerEvent = peerEvent;
    }

    /// <summary>Free-running index of the entry to be written next.</summary>
    public ushort Next { get; private set; }

    public static RingPublisher ForDriver(in VringMemory ring)
        => new(&ring.Avail->Flags, &ring.Avail->Index, ring.UsedEvent, &ring.Used->Flags, ring.AvailEvent);

    public static RingPublisher ForDevice(in VringMemory ring)
        => new(&ring.Used->Flags, &ring.Used->Index, ring.AvailEvent, &ring.Avail->Flags, ring.UsedEvent);

    /// <summary>Steps over an entry that was written.</summary>
    public void Step() => Next = unchecked((ushort)(Next + 1));

    /// <summary>Shows the other side all that was written. False when there was nothing new.</summary>
    public bool Publish<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        if (_published == Next)
        {
            return false;
        }

        _published = Next;
        _index->WriteRelease(Next);
        platform.Clean(_flags, HeadSizeBytes);
        return true;
    }

    /// <summary>Whether the other side wants to be told of what was published since the last call.</summary>
    public bool NeedsKick<TPlatform>(ref TPlatform platform, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        ushort old = _announced;
        _announced = _published;

        // Orders our index (written by Publish) before our read of the other side's wish. It writes its wish, fences,
        // and reads our index: one of the two sees the other, so a kick that is needed is never left out.
        TPlatform.FullFence();
        if (eventIndex)
        {
            platform.Invalidate(_peerEvent, sizeof(ushort));
            return Notification.IsNeeded(_peerEvent->ReadAcquire(), _published, old);
        }

        platform.Invalidate(_peerFlags, HeadSizeBytes);
        return !_peerFlags->AsksForSilence;
    }

    /// <summary>Says whether this side wants to hear of the other's entries from <paramref name="peerIndex"/> on.
    /// </summary>
    public void SetWanted<TPlatform>(ref TPlatform platform, bool wanted, ushort peerIndex, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        if (eventIndex)
        {
            // An event just behind us is passed again only after 65535 more elements: as silent as this gets.
            _ownEvent->WriteRelease(unchecked((ushort)(wanted ? peerIndex : peerIndex - 1)));
            platform.Clean(_ownEvent, sizeof(ushort));
        }
        else if (_silent == wanted)
        {
            _silent = !wanted;
            _flags->Write(wanted);
            platform.Clean(_flags, HeadSizeBytes);
        }
    }
}
