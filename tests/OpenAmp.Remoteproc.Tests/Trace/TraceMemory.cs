// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Memory that a remote's trace writer and a host's follower share in these tests.</summary>
internal sealed unsafe class TraceMemory : IDisposable
{
    public const ulong Origin = 0x1000;

    private byte* _start;

    public TraceMemory(int lengthBytes)
    {
        LengthBytes = lengthBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)lengthBytes + 64, 64);
        Bytes.Clear();
    }

    public int LengthBytes { get; }

    public Span<byte> Bytes => new(_start, LengthBytes);

    public SharedRegion Region => new(_start, (ulong)LengthBytes, new DeviceAddress(Origin));

    public static DeviceAddress Address => new(Origin);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
