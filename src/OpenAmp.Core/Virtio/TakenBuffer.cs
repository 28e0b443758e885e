// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>A chain of one buffer that this side holds, and where that buffer is mapped.</summary>
internal unsafe struct TakenBuffer
{
    public byte* Start;
    public uint LengthBytes;
    public ushort Head;
}
