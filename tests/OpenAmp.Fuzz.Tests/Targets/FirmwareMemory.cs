// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The memory of a small processor: two regions, a frame around each, and what they should hold.</summary>
internal sealed unsafe class FirmwareMemory : IDisposable
{
    public const ulong LowAddress = 0;
    public const ulong HighAddress = 0x1000_0000;
    public const int LowBytes = 8 << 10;
    public const int HighBytes = 32 << 10;

    private const int FrameBytes = 64;
    private const int LowAt = FrameBytes;
    private const int HighAt = LowAt + LowBytes + FrameBytes;
    private const int TotalBytes = HighAt + HighBytes + FrameBytes;
    private const byte Pattern = 0xa5;

    private readonly byte[] _expected = new byte[TotalBytes];

    private byte* _start;

    public FirmwareMemory()
    {
        _start = (byte*)NativeMemory.AlignedAlloc(TotalBytes, 4096);
        Fill();
    }

    // SAFETY (of both): the regions lie within the allocation, which lives until the memory is disposed.
    public SharedRegion Low => new(_start + LowAt, LowBytes, new DeviceAddress(LowAddress));

    public SharedRegion High => new(_start + HighAt, HighBytes, new DeviceAddress(HighAddress));

    public bool IsUntouched => !All.ContainsAnyExcept(Pattern);

    public bool IsFrameIntact => !All[..LowAt].ContainsAnyExcept(Pattern)
        && !All.Slice(LowAt + LowBytes, FrameBytes).ContainsAnyExcept(Pattern)
        && !All[(HighAt + HighBytes)..].ContainsAnyExcept(Pattern);

    public bool IsAsExpected => All.SequenceEqual(_expected);

    // SAFETY: as many bytes as were allocated.
    private Span<byte> All => new(_start, TotalBytes);

    public void Fill() => All.Fill(Pattern);

    public void ResetExpected() => _expected.AsSpan().Fill(Pattern);

    /// <summary>What a range of device addresses should hold.</summary>
    /// <exception cref="InvariantException">The range lies outside the memory.</exception>
    public Span<byte> Expected(DeviceAddress address, long lengthBytes)
    {
        (ulong start, int at, int size) = address.Value >= HighAddress
            ? (HighAddress, HighAt, HighBytes)
            : (LowAddress, LowAt, LowBytes);
        ulong offset = address.Value - start;
        bool isInside = lengthBytes >= 0 && offset <= (ulong)size && (ulong)lengthBytes <= (ulong)size - offset;
        InvariantException.ThrowUnless(isInside, $"{lengthBytes} bytes at 0x{address.Value:x} lie in the memory");
        return _expected.AsSpan(at + (int)offset, (int)lengthBytes);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
