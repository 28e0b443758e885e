// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Firmware;

/// <summary>A board, for what lies in the image itself: the linker vouches for every address.</summary>
/// <typeparam name="TBoard">The board.</typeparam>
internal unsafe struct ImagePlatform<TBoard> : IPlatform
    where TBoard : struct, IBoard
{
    /// <inheritdoc/>
    public static bool Prefetches => false;

    /// <inheritdoc/>
    public static bool CountsTraffic => false;

    /// <inheritdoc/>
    public readonly void Notify(uint notifyId) => TBoard.Ring((byte)(notifyId & Doorbell.NotifyIdMask));

    /// <inheritdoc/>
    public readonly bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        pointer = (byte*)(nuint)address.Value;
        return true;
    }

    /// <inheritdoc/>
    public static void FullFence() => TBoard.FullFence();

    /// <inheritdoc/>
    public readonly void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: the boards keep the image's memory coherent with the host, or uncached.
    }

    /// <inheritdoc/>
    public readonly void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
    }

    /// <inheritdoc/>
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(MemoryMarshal.CreateSpan(ref *destination, source.Length));

    /// <inheritdoc/>
    public static void Prefetch(void* start)
    {
        // These cores have no use for it.
    }
}
