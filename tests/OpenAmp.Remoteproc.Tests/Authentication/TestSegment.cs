// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Elf;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>A program header that a test wants in its image, and the bytes it names.</summary>
internal sealed record TestSegment(ElfSegmentType Type, uint Flags, ulong VirtualAddress, byte[] Content)
{
    public ulong PhysicalAddress { get; set; } = VirtualAddress;

    public int ZeroBytes { get; init; }
}
