// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Memory that is mapped here, as a <see cref="Memory{T}"/>: what is read goes straight to its
/// place.</summary>
/// <remarks>Safety: whoever made the region keeps it mapped while this is in use.</remarks>
internal sealed unsafe class MappedMemory : MemoryManager<byte>
{
    private readonly byte* _start;
    private readonly int _lengthBytes;

    public MappedMemory(SharedRegion region)
    {
        _start = region.Start;
        _lengthBytes = checked((int)region.LengthBytes);
    }

    // SAFETY: the region's maker vouched for these bytes.
    public override Span<byte> GetSpan() => new(_start, _lengthBytes);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_lengthBytes);

        // SAFETY: the index lies within the region.
        return new MemoryHandle(_start + elementIndex);
    }

    public override void Unpin()
    {
        // It does not move.
    }

    protected override void Dispose(bool disposing)
    {
        // The memory is its maker's.
    }
}
