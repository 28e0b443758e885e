// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Immutable;

namespace OpenAmp.Elf;

/// <summary>The headers of an ELF file: what is in it and where, without its content.</summary>
/// <remarks>
/// <para>Holding one proves that the file kept every rule of <see cref="ElfRule"/>: all ranges of its segments and
/// sections lie within its <see cref="FileBytes"/>, and all names are resolved. It does not prove that the file is
/// still what it was, nor that segments or sections do not overlap.</para>
/// <para>It never changes, and any thread may use it.</para>
/// </remarks>
public sealed partial class ElfImage
{
    internal ElfImage(
        ulong fileBytes, in ElfHeader header, ImmutableArray<ElfSegment> segments, ImmutableArray<ElfSection> sections)
    {
        FileBytes = fileBytes;
        Header = header;
        Segments = segments;
        Sections = sections;
    }

    /// <summary>The file's length in bytes.</summary>
    public ulong FileBytes { get; }

    /// <summary>The ELF header.</summary>
    public ElfHeader Header { get; }

    /// <summary>The program headers, in the file's order.</summary>
    public ImmutableArray<ElfSegment> Segments { get; }

    /// <summary>The section headers, in the file's order; the first is an unused one.</summary>
    public ImmutableArray<ElfSection> Sections { get; }

    /// <summary>Finds the first section of a name.</summary>
    /// <param name="name">The name, letter for letter: ".resource_table".</param>
    /// <param name="section">The section.</param>
    /// <returns>False when there is none, and for the empty name, which is none.</returns>
    public bool TryFindSection(ReadOnlySpan<char> name, out ElfSection section)
    {
        foreach (ref readonly ElfSection candidate in Sections.AsSpan())
        {
            if (!name.IsEmpty && candidate.IsNamed(name))
            {
                section = candidate;
                return true;
            }
        }

        section = default;
        return false;
    }

    /// <summary>Finds the first loadable segment whose bytes in the file include all of a range, such as a section's.
    /// </summary>
    /// <param name="range">The range in the file.</param>
    /// <param name="segment">The segment.</param>
    /// <returns>False when no loadable segment loads all of it, or it is empty.</returns>
    public bool TryFindLoadedRange(ElfRange range, out ElfSegment segment)
    {
        foreach (ref readonly ElfSegment candidate in Segments.AsSpan())
        {
            // A range that begins inside a segment and ends inside it; no sum, so nothing can overflow.
            if (candidate.IsLoadable
                && range.LengthBytes != 0
                && range.OffsetBytes >= candidate.OffsetBytes
                && new ElfRange(range.OffsetBytes - candidate.OffsetBytes, range.LengthBytes)
                    .IsWithin(candidate.FileBytes))
            {
                segment = candidate;
                return true;
            }
        }

        segment = default;
        return false;
    }

    /// <summary>Finds where in the file the bytes are that a loadable segment puts at a virtual address.</summary>
    /// <param name="virtualAddress">The address of the first byte, as the program has it (p_vaddr).</param>
    /// <param name="lengthBytes">How many bytes.</param>
    /// <param name="range">Their range in the file, within <see cref="FileBytes"/>.</param>
    /// <returns>False when no segment loads all of them from the file, or there are none.</returns>
    public bool TryFindContent(ulong virtualAddress, ulong lengthBytes, out ElfRange range)
    {
        foreach (ref readonly ElfSegment segment in Segments.AsSpan())
        {
            if (!segment.IsLoadable || lengthBytes == 0 || virtualAddress < segment.VirtualAddress)
            {
                continue;
            }

            ElfRange inner = new(virtualAddress - segment.VirtualAddress, lengthBytes);
            if (inner.IsWithin(segment.FileBytes))
            {
                range = inner with { OffsetBytes = segment.OffsetBytes + inner.OffsetBytes };
                return true;
            }
        }

        range = default;
        return false;
    }
}
