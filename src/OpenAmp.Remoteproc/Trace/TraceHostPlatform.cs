// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Remoteproc;

/// <summary>The core's platform for trace under .NET: coherent memory, and on the host's side nobody to notify.
/// </summary>
internal readonly unsafe struct TraceHostPlatform : IPlatform
{
    private readonly SharedRegion _memory;
    private readonly Action<uint>? _notify;

    public TraceHostPlatform(SharedRegion memory, Action<uint>? notify = null)
    {
        _memory = memory;
        _notify = notify;
    }

    public static void FullFence() => Interlocked.MemoryBarrier();

    // SAFETY: the core checked that the payload fits what starts here.
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => _notify?.Invoke(notifyId);

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _memory.TryTranslate(address, lengthBytes, out pointer);

    // CACHE: both sides' caches are coherent here.
    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }
}
