// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>How wide the addresses and offsets of an ELF file are (EI_CLASS; gABI, chapter 4, ELF Identification).
/// </summary>
public enum ElfClass : byte
{
    /// <summary>32 bits (ELFCLASS32).</summary>
    Elf32 = 1,

    /// <summary>64 bits (ELFCLASS64).</summary>
    Elf64 = 2,
}
