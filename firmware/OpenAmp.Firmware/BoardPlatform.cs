// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Firmware;

/// <summary>A board as the core sees it.</summary>
/// <typeparam name="TBoard">The board.</typeparam>
public unsafe struct BoardPlatform<TBoard> : IPlatform
    where TBoard : struct, IBoard
{
    /// <inheritdoc/>
    public static bool Prefetches => false;

    /// <inheritdoc/>
    public static bool HasPlainRings => true;

    /// <inheritdoc/>
    public static bool CountsTraffic => false;

    /// <inheritdoc/>
    public readonly void Notify(uint notifyId) => TBoard.Ring((byte)(notifyId & Doorbell.NotifyIdMask));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        // Device addresses are this processor's own. Wrapping makes one comparison refuse both ends.
        pointer = (byte*)(nuint)address.Value;
        nuint offset = (nuint)pointer - TBoard.PoolStart;
        return (sizeof(nuint) == 8 || ((uint)(address.Value >> 32) == 0 && (uint)(lengthBytes >> 32) == 0))
            && offset <= TBoard.PoolBytes
            && (nuint)lengthBytes <= TBoard.PoolBytes - offset;
    }

    /// <inheritdoc/>
    public static void FullFence() => TBoard.FullFence();

    /// <inheritdoc/>
    public readonly void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: the boards keep shared memory uncached, or coherent with the host.
    }

    /// <inheritdoc/>
    public readonly void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(MemoryMarshal.CreateSpan(ref *destination, source.Length));

    /// <inheritdoc/>
    public static void Prefetch(void* start)
    {
        // These cores have no use for it.
    }
}
