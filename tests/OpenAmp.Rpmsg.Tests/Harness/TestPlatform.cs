// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>The machine as a bare peer uses it: it rings at once.</summary>
internal readonly unsafe struct TestPlatform(SharedRegion memory, TestDoorbell doorbell) : IPlatform
{
    public static void FullFence() => Interlocked.MemoryBarrier();

    // SAFETY: the transmitter checked that the payload fits.
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => doorbell.Kick(notifyId);

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => memory.TryTranslate(address, lengthBytes, out pointer);

    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }
}
