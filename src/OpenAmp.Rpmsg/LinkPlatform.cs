// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Rpmsg;

/// <summary>The core's platform on a machine with coherent, ordinary memory.</summary>
internal readonly unsafe struct LinkPlatform : IPlatform
{
    private readonly SharedRegion _memory;
    private readonly SharedRegion[] _moreMemory;
    private readonly KickRequest _kick;

    public LinkPlatform(SharedRegion memory, SharedRegion[] moreMemory, KickRequest kick)
    {
        _memory = memory;
        _moreMemory = moreMemory;
        _kick = kick;
    }

    public static void FullFence() => Interlocked.MemoryBarrier();

    // SAFETY: the transmitter checked that the payload fits the buffer that starts here.
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(start);
        }
    }

    public void Notify(uint notifyId) => _kick.Ask();

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _memory.TryTranslate(address, lengthBytes, out pointer)
            || (_moreMemory.Length > 0 && TryTranslateMore(address, lengthBytes, out pointer));

    // CACHE: both sides' caches are coherent here.
    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }

    private bool TryTranslateMore(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        foreach (ref readonly SharedRegion region in _moreMemory.AsSpan())
        {
            if (region.TryTranslate(address, lengthBytes, out pointer))
            {
                return true;
            }
        }

        pointer = null;
        return false;
    }
}
