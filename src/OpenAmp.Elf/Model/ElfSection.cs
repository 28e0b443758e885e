// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>A section header, with its name (gABI, chapter 4, Sections).</summary>
/// <remarks>One that <see cref="ElfImage"/> holds is proven: its <see cref="FileRange"/> lies within the file. Not
/// proven: that sections do not overlap, or that they agree with the segments.</remarks>
public readonly record struct ElfSection
{
    private readonly string? _name;

    /// <summary>Its number in the section header table, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Its name; empty when it has none, when the file keeps no names, and for section 0 and sections of type
    /// <see cref="ElfSectionType.Null"/>.</summary>
    public string Name
    {
        get => _name ?? "";
        init => _name = value;
    }

    /// <summary>Where its name begins in the name table, in bytes (sh_name).</summary>
    public uint NameOffsetBytes { get; init; }

    /// <summary>What it holds (sh_type).</summary>
    public ElfSectionType Type { get; init; }

    /// <summary>Its attributes (sh_flags).</summary>
    public ElfSectionFlags Flags { get; init; }

    /// <summary>Its address in memory (sh_addr); 0 when it is not loaded.</summary>
    public ulong Address { get; init; }

    /// <summary>Where it is in the file, in bytes (sh_offset).</summary>
    public ulong OffsetBytes { get; init; }

    /// <summary>How many bytes it has (sh_size): in the file, or in memory if it has none in the file.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>The section that it refers to (sh_link): a symbol table's strings, for example.</summary>
    public uint Link { get; init; }

    /// <summary>More, by type (sh_info): for a symbol table, the number of its first global symbol.</summary>
    public uint TypeSpecific { get; init; }

    /// <summary>The alignment in bytes (sh_addralign); 0 and 1 mean none.</summary>
    public ulong AlignmentBytes { get; init; }

    /// <summary>The length of one of its entries in bytes (sh_entsize); 0 when it is no table.</summary>
    public ulong EntryBytes { get; init; }

    /// <summary>Its bytes in the file: none for types <see cref="ElfSectionType.Null"/> and
    /// <see cref="ElfSectionType.NoBits"/>.</summary>
    public ElfRange FileRange
        => Type is ElfSectionType.Null or ElfSectionType.NoBits ? new(OffsetBytes, 0) : new(OffsetBytes, SizeBytes);

    /// <summary>Whether the program's memory holds it (<see cref="ElfSectionFlags.Allocated"/>).</summary>
    public bool IsAllocated => (Flags & ElfSectionFlags.Allocated) != 0;

    /// <summary>Whether <see cref="Name"/> is <paramref name="name"/>, letter for letter.</summary>
    /// <param name="name">The name to compare with.</param>
    public bool IsNamed(ReadOnlySpan<char> name) => name.SequenceEqual(Name);
}
