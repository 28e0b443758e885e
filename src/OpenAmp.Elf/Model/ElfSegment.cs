// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>A program header: a part of the file, and where it belongs in memory (gABI, chapter 5, Program Header).
/// </summary>
/// <remarks>
/// <para>One that <see cref="ElfImage"/> holds is proven: its file range lies within the file (unless
/// <see cref="Type"/> is <see cref="ElfSegmentType.Null"/>), and if it is loadable then it has no more bytes in the
/// file than in memory, and neither of its addresses runs over the end of the address space.</para>
/// <para>Not proven: that segments do not overlap, that <see cref="AlignmentBytes"/> makes sense, or that there is
/// memory at the addresses.</para>
/// </remarks>
public readonly record struct ElfSegment
{
    /// <summary>Its number in the program header table, from 0.</summary>
    public int Index { get; init; }

    /// <summary>What it is for (p_type).</summary>
    public ElfSegmentType Type { get; init; }

    /// <summary>How its memory may be used (p_flags).</summary>
    public ElfSegmentFlags Flags { get; init; }

    /// <summary>Where its bytes are in the file, in bytes (p_offset).</summary>
    public ulong OffsetBytes { get; init; }

    /// <summary>How many bytes of it are in the file (p_filesz).</summary>
    public ulong FileBytes { get; init; }

    /// <summary>How many bytes it has in memory; those that the file does not give are zero (p_memsz).</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>The address at which the program expects it (p_vaddr).</summary>
    public ulong VirtualAddress { get; init; }

    /// <summary>The address to load it to (p_paddr): for remoteproc, the device address.</summary>
    public ulong PhysicalAddress { get; init; }

    /// <summary>The alignment in bytes (p_align); 0 and 1 mean none.</summary>
    public ulong AlignmentBytes { get; init; }

    /// <summary>Whether it is to be loaded: of type <see cref="ElfSegmentType.Load"/>, and not empty in memory.
    /// </summary>
    public bool IsLoadable => Type == ElfSegmentType.Load && MemoryBytes != 0;

    /// <summary>Its bytes in the file.</summary>
    public ElfRange FileRange => new(OffsetBytes, FileBytes);
}
