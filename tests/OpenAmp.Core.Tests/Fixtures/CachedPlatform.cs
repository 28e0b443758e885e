// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Core.Tests;

/// <summary>A machine without cache coherency; see <see cref="CachedMachine"/>.</summary>
internal readonly unsafe struct CachedPlatform : IPlatform
{
    private readonly CachedMachine _machine;

    public CachedPlatform(CachedMachine machine) => _machine = machine;

    public static void FullFence() => Interlocked.MemoryBarrier();

    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => _machine.NotifyCount++;

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _machine.Region.TryTranslate(address, lengthBytes, out pointer);

    public void Clean(void* start, nuint lengthBytes) => _machine.Clean((byte*)start, lengthBytes);

    public void Invalidate(void* start, nuint lengthBytes) => _machine.Invalidate((byte*)start, lengthBytes);
}
