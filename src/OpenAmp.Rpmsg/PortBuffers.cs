// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace OpenAmp.Rpmsg;

/// <summary>A port's message buffers for one way, in this process's own memory: pinned, made when first needed, kept.
/// Used under one gate.</summary>
internal sealed class PortBuffers
{
    private readonly byte[]?[] _memory;
    private readonly Stack<ushort> _free = new();
    private readonly int _lengthBytes;

    public PortBuffers(int count, int maxPayloadBytes)
    {
        _memory = new byte[count][];
        _lengthBytes = checked(maxPayloadBytes + (int)RpmsgHeader.SizeBytes);
        for (int i = count - 1; i >= 0; i--)
        {
            _free.Push((ushort)i);
        }
    }

    public int FreeCount => _free.Count;

    public bool TryTake(out RpmsgBuffer buffer)
    {
        bool taken = _free.TryPop(out ushort index);
        buffer = taken ? At(index) : default;
        return taken;
    }

    public void GiveBack(in RpmsgBuffer buffer) => _free.Push(buffer.Head);

    /// <summary>Where a buffer's payload lies.</summary>
    public Memory<byte> PayloadOf(in RpmsgBuffer buffer) => _memory[buffer.Head].AsMemory((int)RpmsgHeader.SizeBytes);

    private RpmsgBuffer At(ushort index)
    {
        byte[] memory = _memory[index] ??= GC.AllocateUninitializedArray<byte>(_lengthBytes, pinned: true);
        unsafe
        {
            // SAFETY: the array is pinned for as long as it lives, and it lives as long as this, which whoever has the
            // buffer has.
            var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
            return new RpmsgBuffer(start, (uint)_lengthBytes, index);
        }
    }
}
