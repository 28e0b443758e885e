// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Fuzz.Tests;

/// <summary>A trace buffer with a frame around it.</summary>
internal sealed unsafe class TraceBuffer : IDisposable
{
    private const int FrameBytes = 64;
    private const byte Pattern = 0xa5;

    private byte* _start;

    public TraceBuffer(int lengthBytes)
    {
        LengthBytes = lengthBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)(lengthBytes + (2 * FrameBytes)), 64);
        Frame.Fill(Pattern);
        Bytes.Clear();
    }

    public static DeviceAddress Address => new(0x1000);

    public int LengthBytes { get; }

    // SAFETY (of all three): they lie within the allocation, which lives until the buffer is disposed.
    public Span<byte> Bytes => new(_start + FrameBytes, LengthBytes);

    public SharedRegion Region => new(_start + FrameBytes, (ulong)LengthBytes, Address);

    public bool IsFrameIntact => !Frame[..FrameBytes].ContainsAnyExcept(Pattern)
        && !Frame[(FrameBytes + LengthBytes)..].ContainsAnyExcept(Pattern);

    private Span<byte> Frame => new(_start, LengthBytes + (2 * FrameBytes));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
