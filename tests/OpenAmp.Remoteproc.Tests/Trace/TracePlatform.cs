// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>The remote's machine: coherent memory, and a doorbell that calls the host.</summary>
internal readonly unsafe struct TracePlatform : IPlatform
{
    private readonly SharedRegion _memory;
    private readonly Action? _ring;

    public TracePlatform(SharedRegion memory, Action? ring = null)
    {
        _memory = memory;
        _ring = ring;
    }

    public static void FullFence() => Interlocked.MemoryBarrier();

    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => _ring?.Invoke();

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _memory.TryTranslate(address, lengthBytes, out pointer);

    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }
}
