// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Virtio;

/// <summary>How far this side has written its ring, and when the two sides want to hear of each other.</summary>
/// <remarks>
/// <para>The driver's is the available ring, the device's the used ring. The entries are the queue's to write: they
/// differ, and nothing else does.</para>
/// <para>One writer. The other side can write the ring too, so nothing in it is ever believed: the position and the
/// flags are kept here.</para>
/// <para>VIRTIO 1.3, sections 2.7.7 and 2.7.10 (notification suppression) and 2.7.13 (Supplying Buffers to The
/// Device).</para>
/// </remarks>
internal unsafe struct RingPublisher
{
    private RingHead* _own;
    private RingHead* _peer;
    private PublishedIndex* _ownEvent;
    private PublishedIndex* _peerEvent;
    private ushort _published;
    private ushort _announced;
    private bool _silent;

    /// <summary>Free-running index of the entry to be written next.</summary>
    public ushort Next { get; private set; }

    // Both begin in place, at all zeros: a structure of this size that is returned is copied twice.
    public void BeginAsDriver(in VringMemory ring)
    {
        _own = (RingHead*)ring.Avail;
        _peer = (RingHead*)ring.Used;
        _ownEvent = ring.UsedEvent;
        _peerEvent = ring.AvailEvent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginAsDevice<TPlatform>(in VringMemory ring)
        where TPlatform : struct, IPlatform
    {
        _own = (RingHead*)ring.Used;
        _peer = (RingHead*)ring.Avail;
        if (!TPlatform.HasPlainRings)
        {
            _ownEvent = ring.AvailEvent;
            _peerEvent = ring.UsedEvent;
        }
    }

    /// <summary>Begins in a ring whose parts lie anywhere, and which may have been used before.</summary>
    public void BeginAsDevice(in VringParts ring)
    {
        _own = (RingHead*)ring.Used;
        _peer = (RingHead*)ring.Avail;
        _ownEvent = ring.AvailEvent;
        _peerEvent = ring.UsedEvent;
        Next = _published = _announced = ring.Place.UsedIndex;
    }

    /// <summary>Whether the other side has made zero of the index that this side published.</summary>
    /// <remarks>The one look at what this side wrote: nothing that it says is used but this. Any other value may be a
    /// write of ours that crossed the reset, and says nothing.</remarks>
    public bool IsErased<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        platform.Invalidate(_own, RingHead.SizeBytes);
        return _published != 0 && _own->Index.ReadAcquire() == 0;
    }

    /// <summary>Steps over an entry that was written.</summary>
    public void Step() => Next = unchecked((ushort)(Next + 1));

    /// <summary>Shows the other side all that was written. False when there was nothing new.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Publish<TPlatform>(ref TPlatform platform)
        where TPlatform : struct, IPlatform
    {
        ushort next = Next;
        if (_published == next)
        {
            return false;
        }

        _published = next;
        _own->Index.WriteRelease(next);
        platform.Clean(_own, RingHead.SizeBytes);
        return true;
    }

    /// <summary>Whether the other side wants to be told of what was published since the last call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool NeedsKick<TPlatform>(ref TPlatform platform, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        // Orders our index (written by Publish) before our read of the other side's wish. It writes its wish, fences,
        // and reads our index: one of the two sees the other, so a kick that is needed is never left out.
        TPlatform.FullFence();
        if (!TPlatform.HasPlainRings && eventIndex)
        {
            ushort old = _announced;
            _announced = _published;
            platform.Invalidate(_peerEvent, sizeof(ushort));
            return Notification.IsNeeded(_peerEvent->ReadAcquire(), _published, old);
        }

        platform.Invalidate(_peer, RingHead.SizeBytes);
        return !_peer->Flags.AsksForSilence;
    }

    /// <summary>Says whether this side wants to hear of the other's entries from <paramref name="peerIndex"/> on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetWanted<TPlatform>(ref TPlatform platform, bool wanted, ushort peerIndex, bool eventIndex)
        where TPlatform : struct, IPlatform
    {
        if (!TPlatform.HasPlainRings && eventIndex)
        {
            // An event just behind us is passed again only after 65535 more elements: as silent as this gets.
            _ownEvent->WriteRelease(unchecked((ushort)(wanted ? peerIndex : peerIndex - 1)));
            platform.Clean(_ownEvent, sizeof(ushort));
        }
        else if (_silent == wanted)
        {
            _silent = !wanted;
            _own->Flags.Write(wanted);
            platform.Clean(_own, RingHead.SizeBytes);
        }
    }
}
