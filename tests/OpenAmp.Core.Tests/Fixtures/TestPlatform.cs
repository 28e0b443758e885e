// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Core.Tests;

/// <summary>A coherent machine: both sides see one piece of memory at once.</summary>
internal readonly unsafe struct TestPlatform : IPlatform
{
    private readonly TestMachine _machine;

    public TestPlatform(TestMachine machine) => _machine = machine;

    public static void FullFence() => Interlocked.MemoryBarrier();

    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    public void Notify(uint notifyId) => _machine.Notify(notifyId);

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _machine.Region.TryTranslate(address, lengthBytes, out pointer);

    public void Clean(void* start, nuint lengthBytes) => _machine.OnAccess?.Invoke();

    public void Invalidate(void* start, nuint lengthBytes) => _machine.OnAccess?.Invoke();
}
