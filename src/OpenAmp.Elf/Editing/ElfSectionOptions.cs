// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What the header of an added section says. A replaced section keeps what it has.</summary>
public sealed record ElfSectionOptions
{
    /// <summary>What the section holds (default: what the program defines).</summary>
    public ElfSectionType Type { get; init; } = ElfSectionType.ProgramBits;

    /// <summary>Its attributes (default: none). No segment loads it, so it should not say that it is allocated.
    /// </summary>
    public ElfSectionFlags Flags { get; init; }

    /// <summary>Its alignment in the file, in bytes: a power of two (default: 16).</summary>
    public uint AlignmentBytes { get; init; } = 16;
}
