// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.CoreCost;

/// <summary>The machine of the comparison: memory of the MPS2's PSRAM, and a doorbell that is a word in it. The C
/// side's machine.h and platform.h have the same.</summary>
internal unsafe struct BenchPlatform : IPlatform
{
    public const uint PoolStart = 0x2160_0000;
    private const uint PoolBytes = 0xA0_0000;
    private const uint Doorbell = 0x2150_0000;

    // SAFETY: the harness sets this word aside.
    public readonly void Notify(uint notifyId) => *(uint*)Doorbell = (byte)(notifyId & 0x7F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        pointer = (byte*)(nuint)address.Value;
        uint offset = (uint)address.Value - PoolStart;
        return (uint)(address.Value >> 32) == 0 && (uint)(lengthBytes >> 32) == 0
            && offset <= PoolBytes
            && (uint)lengthBytes <= PoolBytes - offset;
    }

#if FULL
    public const bool IsFull = true;
#else
    public const bool IsFull = false;
#endif

    // What this machine does without, as firmware's BoardPlatform does.
    public static bool Prefetches => IsFull;

    public static bool HasPlainRings => !IsFull;

    public static bool CountsTraffic => IsFull;

    public static void FullFence() => Interlocked.MemoryBarrier();

    public readonly void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: this machine keeps shared memory coherent with the host.
    }

    public readonly void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(MemoryMarshal.CreateSpan(ref *destination, source.Length));

    public static void Prefetch(void* start)
    {
        // This core has no use for it.
    }
}
