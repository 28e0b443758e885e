// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Memory;

namespace OpenAmp.Simulation;

/// <summary>Pieces of native memory, given back together.</summary>
internal sealed unsafe class NativeBlocks : IDisposable
{
    // What a page-aligned device address and any cache line want.
    private const nuint AlignmentBytes = 4096;

    private readonly Lock _lock = new();
    private readonly List<nint> _blocks = [];

    public ulong LengthBytes { get; private set; }

    public SharedRegion Allocate(ulong lengthBytes, DeviceAddress address)
    {
        nuint length = checked((nuint)lengthBytes);
        void* block = NativeMemory.AlignedAlloc(length, AlignmentBytes);
        NativeMemory.Clear(block, length);
        lock (_lock)
        {
            _blocks.Add((nint)block);
            LengthBytes += lengthBytes;
        }

        // SAFETY: the block is ours until all are given back, which is after the processor that sees it is gone.
        return new SharedRegion((byte*)block, lengthBytes, address);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (nint block in _blocks)
            {
                NativeMemory.AlignedFree((void*)block);
            }

            _blocks.Clear();
            LengthBytes = 0;
        }
    }
}
