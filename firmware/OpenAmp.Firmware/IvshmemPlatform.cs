// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Firmware.Devices;
using OpenAmp.Memory;
using OpenAmp.Platform;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <summary>A board as the core sees it whose link goes over an ivshmem device.</summary>
/// <typeparam name="TBoard">The board.</typeparam>
/// <param name="device">The device.</param>
/// <param name="ids">The ids of both sides.</param>
/// <param name="isDriver">Which side this is.</param>
/// <param name="memory">The shared memory, at the address that both sides know it by.</param>
public readonly unsafe struct IvshmemPlatform<TBoard>(
    IvshmemDevice device, LivePeerIds ids, bool isDriver, SharedRegion memory) : IPlatform
    where TBoard : struct, IBoard
{
    private readonly IvshmemDevice _device = device;
    private readonly LivePeerIds _ids = ids;
    private readonly bool _isDriver = isDriver;
    private readonly SharedRegion _memory = memory;

    /// <inheritdoc/>
    public static bool Prefetches => false;

    /// <inheritdoc/>
    public static void FullFence() => TBoard.FullFence();

    /// <inheritdoc/>
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    /// <inheritdoc/>
    public static void Prefetch(void* start)
    {
        // These cores have no use for it.
    }

    /// <inheritdoc/>
    public void Notify(uint notifyId)
    {
        // Each time anew: a peer that restarts has another id. One that does not say has that of the sample's rule, one
        // more than the driver's.
        uint id = _device.Id;
        _device.Ring(_ids.Read(!_isDriver, _isDriver ? id + 1 : id - 1), 0);
    }

    /// <inheritdoc/>
    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _memory.TryTranslate(address, lengthBytes, out pointer);

    /// <inheritdoc/>
    public void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: machines of one host are coherent.
    }

    /// <inheritdoc/>
    public void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
    }
}
