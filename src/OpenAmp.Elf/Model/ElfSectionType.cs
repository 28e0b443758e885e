// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What a section holds (sh_type; gABI, chapter 4, Sections). Other values occur and are kept.</summary>
public enum ElfSectionType : uint
{
    /// <summary>An unused entry (SHT_NULL).</summary>
    Null = 0,

    /// <summary>Whatever the program defines (SHT_PROGBITS).</summary>
    ProgramBits = 1,

    /// <summary>Symbols for the linker and for people (SHT_SYMTAB).</summary>
    SymbolTable = 2,

    /// <summary>Strings that end in a NUL (SHT_STRTAB).</summary>
    StringTable = 3,

    /// <summary>Relocations with addends (SHT_RELA).</summary>
    RelocationsWithAddends = 4,

    /// <summary>A hash table of symbols (SHT_HASH).</summary>
    Hash = 5,

    /// <summary>What the dynamic linker reads (SHT_DYNAMIC).</summary>
    Dynamic = 6,

    /// <summary>Notes (SHT_NOTE).</summary>
    Note = 7,

    /// <summary>Memory of zeros, without bytes in the file (SHT_NOBITS).</summary>
    NoBits = 8,

    /// <summary>Relocations without addends (SHT_REL).</summary>
    Relocations = 9,

    /// <summary>Reserved (SHT_SHLIB).</summary>
    SharedLibrary = 10,

    /// <summary>Symbols for the dynamic linker (SHT_DYNSYM).</summary>
    DynamicSymbolTable = 11,

    /// <summary>Pointers to functions that run at start (SHT_INIT_ARRAY).</summary>
    InitArray = 14,

    /// <summary>Pointers to functions that run at the end (SHT_FINI_ARRAY).</summary>
    FiniArray = 15,

    /// <summary>Pointers to functions that run before the others (SHT_PREINIT_ARRAY).</summary>
    PreinitArray = 16,

    /// <summary>A group of sections that stay or go together (SHT_GROUP).</summary>
    Group = 17,

    /// <summary>Section indices of symbols that 16 bits cannot hold (SHT_SYMTAB_SHNDX).</summary>
    SymbolTableIndices = 18,

    /// <summary>Relative relocations, packed (SHT_RELR).</summary>
    RelativeRelocations = 19,

    /// <summary>A hash table of symbols as GNU lays it out (SHT_GNU_HASH).</summary>
    GnuHash = 0x6fff_fff6,

    /// <summary>Versions that this file defines (SHT_GNU_verdef).</summary>
    GnuVersionDefinitions = 0x6fff_fffd,

    /// <summary>Versions that this file needs (SHT_GNU_verneed).</summary>
    GnuVersionNeeds = 0x6fff_fffe,

    /// <summary>The version of each dynamic symbol (SHT_GNU_versym).</summary>
    GnuVersionSymbols = 0x6fff_ffff,
}
