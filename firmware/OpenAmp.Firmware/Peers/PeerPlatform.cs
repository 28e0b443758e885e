// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Firmware.Peers;

/// <summary>The memory and the doorbell between a board and its peer, as the core sees them.</summary>
/// <typeparam name="TBoard">The board that runs this.</typeparam>
/// <typeparam name="TPeer">Its peer.</typeparam>
public unsafe struct PeerPlatform<TBoard, TPeer> : IPlatform
    where TBoard : struct, IBoard
    where TPeer : struct, IPeer
{
    /// <inheritdoc/>
    public readonly void Notify(uint notifyId) => TPeer.Ring((byte)(notifyId & Doorbell.NotifyIdMask));

    /// <inheritdoc/>
    public readonly bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        ulong offset = unchecked(address.Value - TPeer.PoolStart);
        bool inside = offset <= TPeer.PoolBytes && lengthBytes <= TPeer.PoolBytes - offset;
        pointer = inside ? (byte*)(nuint)address.Value : null;
        return inside;
    }

    /// <inheritdoc/>
    public static void FullFence() => TBoard.FullFence();

    /// <inheritdoc/>
    public readonly void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: as for the board itself.
    }

    /// <inheritdoc/>
    public readonly void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
    }

    /// <inheritdoc/>
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    /// <inheritdoc/>
    public static void Prefetch(void* start)
    {
        // These cores have no use for it.
    }
}
