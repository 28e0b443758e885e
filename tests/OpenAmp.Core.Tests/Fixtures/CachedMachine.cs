// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Core.Tests;

/// <summary>One side of a machine whose caches do not snoop: it reads and writes a copy of its own, and only cache
/// operations move bytes between the copy and the memory that both sides share.</summary>
internal sealed unsafe class CachedMachine
{
    private readonly byte* _copy;
    private readonly byte* _memory;
    private readonly ulong _lengthBytes;

    public CachedMachine(GuardedMemory copy, GuardedMemory memory)
    {
        _copy = copy.Start;
        _memory = memory.Start;
        _lengthBytes = memory.LengthBytes;
        Region = new SharedRegion(_copy, _lengthBytes, new DeviceAddress(0));
    }

    /// <summary>The copy, at the device addresses that the memory has.</summary>
    public SharedRegion Region { get; }

    public long NotifyCount { get; set; }

    public void Clean(byte* start, nuint lengthBytes) => Move(start, lengthBytes, toMemory: true);

    public void Invalidate(byte* start, nuint lengthBytes) => Move(start, lengthBytes, toMemory: false);

    private void Move(byte* start, nuint lengthBytes, bool toMemory)
    {
        ulong offset = (ulong)(start - _copy);
        if (start < _copy || offset + lengthBytes > _lengthBytes)
        {
            throw new InvalidOperationException($"Cache operation on {lengthBytes} bytes at offset {offset}.");
        }

        byte* source = toMemory ? start : _memory + offset;
        byte* target = toMemory ? _memory + offset : start;
        Buffer.MemoryCopy(source, target, lengthBytes, lengthBytes);
    }
}
