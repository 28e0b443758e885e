// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Linux;

/// <summary>The core's platform for queues in a guest's memory: coherent, in several regions.</summary>
internal readonly unsafe struct VhostUserPlatform : IPlatform
{
    private readonly SharedRegion[] _regions;
    private readonly VhostUserCall? _call;

    internal VhostUserPlatform(SharedRegion[] regions, VhostUserCall? call)
    {
        _regions = regions;
        _call = call;
    }

    public static bool Prefetches => false;

    public static void FullFence() => Interlocked.MemoryBarrier();

    // SAFETY: the caller found room for the payload at the destination.
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => _call?.Signal();

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        foreach (ref readonly SharedRegion region in _regions.AsSpan())
        {
            if (region.TryTranslate(address, lengthBytes, out pointer))
            {
                return true;
            }
        }

        pointer = null;
        return false;
    }

    // CACHE: both sides are processes of one coherent machine.
    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }
}
