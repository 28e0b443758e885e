// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Platform;

/// <summary>All that the core needs from the machine it runs on.</summary>
/// <remarks>
/// <para>Always a struct given as a type argument, so that each call is direct and an empty one costs nothing. It is
/// copied into each queue: keep what changes behind a pointer or a reference.</para>
/// <para>A machine whose memory is coherent leaves <see cref="Clean"/> and <see cref="Invalidate"/> empty.</para>
/// <para>The members with a default say what this machine does without. They are constants, so what is ruled out is not
/// compiled for it: neither code nor tests of it. See docs/porting.md.</para>
/// </remarks>
public unsafe interface IPlatform
{
    /// <summary>Rings the peer's doorbell. Must not block.</summary>
    /// <param name="notifyId">Notify id of the ring that changed (from the resource table), for doorbells that
    /// carry one.</param>
    void Notify(uint notifyId);

    /// <summary>Finds where a range of device addresses is mapped. Reads no shared memory.</summary>
    /// <param name="address">Device address of the first byte.</param>
    /// <param name="lengthBytes">Length of the range in bytes.</param>
    /// <param name="pointer">Where the range starts here.</param>
    /// <returns><see langword="false"/> unless every byte of the range lies in memory shared with the peer.</returns>
    bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer);

    /// <summary>Orders all memory accesses before it against all after it, as the peer sees them.</summary>
    static abstract void FullFence();

    /// <summary>CACHE: makes what this side wrote visible to a peer that does not snoop its cache.</summary>
    /// <param name="start">First byte written.</param>
    /// <param name="lengthBytes">Bytes written.</param>
    void Clean(void* start, nuint lengthBytes);

    /// <summary>CACHE: drops what this side's cache holds of memory that the peer may have written.</summary>
    /// <param name="start">First byte to be read.</param>
    /// <param name="lengthBytes">Bytes to be read.</param>
    void Invalidate(void* start, nuint lengthBytes);

    /// <summary>Copies a payload into shared memory, with accesses that this kind of memory allows.</summary>
    /// <param name="destination">Where to; room for the whole payload.</param>
    /// <param name="source">The payload.</param>
    static abstract void CopyToShared(byte* destination, ReadOnlySpan<byte> source);

    /// <summary>Says that memory will be read soon, so that it can be on its way meanwhile. A machine that cannot does
    /// nothing.</summary>
    /// <param name="start">First byte; any address is allowed.</param>
    static abstract void Prefetch(void* start);

    /// <summary>Whether <see cref="Prefetch"/> does anything. Where it does not, nobody looks ahead for it.</summary>
    static virtual bool Prefetches => true;

    /// <summary>Whether no driver is ever offered VIRTIO_F_INDIRECT_DESC or VIRTIO_F_EVENT_IDX. Where size counts, the
    /// device's side is then compiled without the code for them: a buffer that is more than its own descriptor is
    /// refused and counted, and so is a link that negotiated EVENT_IDX.</summary>
    static virtual bool HasPlainRings => false;

    /// <summary>Whether messages, bytes and kicks are counted. Where they are not, those counts stay 0; what a peer
    /// gets wrong is counted everywhere.</summary>
    static virtual bool CountsTraffic => true;
}
