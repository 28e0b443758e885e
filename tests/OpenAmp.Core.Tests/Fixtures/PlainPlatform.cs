// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Platform;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A machine that does without all it may: what firmware compiles.</summary>
internal readonly unsafe struct PlainPlatform(TestMachine machine) : IPlatform
{
    private readonly TestPlatform _platform = new(machine);

    public static bool Prefetches => false;

    public static bool HasPlainRings => true;

    public static bool CountsTraffic => false;

    public static void FullFence() => TestPlatform.FullFence();

    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => TestPlatform.CopyToShared(destination, source);

    public static void Prefetch(void* start) => Assert.Fail("This machine does not prefetch.");

    public void Notify(uint notifyId) => _platform.Notify(notifyId);

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
        => _platform.TryTranslate(address, lengthBytes, out pointer);

    public void Clean(void* start, nuint lengthBytes) => _platform.Clean(start, lengthBytes);

    public void Invalidate(void* start, nuint lengthBytes) => _platform.Invalidate(start, lengthBytes);
}
