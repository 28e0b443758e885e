// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What can be wrong with an ELF file. The number is the rule's stable name: 7 is ELF007.</summary>
public enum ElfRule
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>ELF001: the file is shorter than an ELF header.</summary>
    FileTooShort = 1,

    /// <summary>ELF002: it does not begin with the four bytes of every ELF file.</summary>
    Magic = 2,

    /// <summary>ELF003: its class is neither 32 nor 64 bits.</summary>
    UnknownClass = 3,

    /// <summary>ELF004: its byte order is neither little nor big endian.</summary>
    UnknownByteOrder = 4,

    /// <summary>ELF005: a program header has another length than its class gives it.</summary>
    ProgramHeaderSize = 5,

    /// <summary>ELF006: a section header has another length than its class gives it.</summary>
    SectionHeaderSize = 6,

    /// <summary>ELF007: the program headers are not within the file.</summary>
    ProgramHeadersOutsideFile = 7,

    /// <summary>ELF008: the section headers are not within the file.</summary>
    SectionHeadersOutsideFile = 8,

    /// <summary>ELF009: more program headers than <see cref="ElfParser.MaxProgramHeaders"/>.</summary>
    TooManyProgramHeaders = 9,

    /// <summary>ELF010: more section headers than <see cref="ElfParser.MaxSectionHeaders"/>.</summary>
    TooManySectionHeaders = 10,

    /// <summary>ELF011: the number of program headers is said to be in section 0, and there is none.</summary>
    CountWithoutSection = 11,

    /// <summary>ELF012: the section of names is not one of the sections.</summary>
    NameTableIndex = 12,

    /// <summary>ELF013: the section of names is not a string table.</summary>
    NameTableType = 13,

    /// <summary>ELF014: the section of names is longer than <see cref="ElfParser.MaxNameTableBytes"/>.</summary>
    NameTableTooLong = 14,

    /// <summary>ELF015: a section's name begins outside the section of names.</summary>
    NameOutsideTable = 15,

    /// <summary>ELF016: a section's name does not end within the section of names.</summary>
    NameNotTerminated = 16,

    /// <summary>ELF017: the names together are longer than <see cref="ElfParser.MaxNamesBytes"/>.</summary>
    NamesTooLong = 17,

    /// <summary>ELF018: a loadable segment has more bytes in the file than in memory.</summary>
    SegmentLargerThanMemory = 18,

    /// <summary>ELF019: a segment's bytes are not within the file.</summary>
    SegmentOutsideFile = 19,

    /// <summary>ELF020: a loadable segment runs over the end of the address space.</summary>
    SegmentAddressWraps = 20,

    /// <summary>ELF021: a section's bytes are not within the file.</summary>
    SectionOutsideFile = 21,

    /// <summary>ELF022: the class is not one of <see cref="ElfImageRequirements.Classes"/>.</summary>
    ClassNotAccepted = 22,

    /// <summary>ELF023: the byte order is not one of <see cref="ElfImageRequirements.ByteOrders"/>.</summary>
    ByteOrderNotAccepted = 23,

    /// <summary>ELF024: the processor is not one of <see cref="ElfImageRequirements.Machines"/>.</summary>
    MachineNotAccepted = 24,

    /// <summary>ELF025: the type is not one of <see cref="ElfImageRequirements.Types"/>.</summary>
    TypeNotAccepted = 25,

    /// <summary>ELF026: there is nothing to load (<see cref="ElfImageRequirements.NeedsLoadableSegment"/>).</summary>
    NothingToLoad = 26,

    /// <summary>ELF027: a note is longer than what holds it.</summary>
    NoteCutShort = 27,

    /// <summary>ELF028: a note of OpenAMP has another length than <see cref="OpenAmpNote.DescriptorBytes"/>.</summary>
    NoteDescriptorSize = 28,

    /// <summary>ELF029: an entry of a symbol table has another length than its class gives it, or the table is not
    /// made of whole entries.</summary>
    SymbolSize = 29,

    /// <summary>ELF030: more symbols than <see cref="ElfSymbols.MaxSymbols"/>.</summary>
    TooManySymbols = 30,

    /// <summary>ELF031: the section that shall hold a symbol table's names is not a string table.</summary>
    SymbolNameTable = 31,

    /// <summary>ELF032: a symbol table's names are longer than <see cref="ElfSymbols.MaxNamesBytes"/>.</summary>
    SymbolNamesTooLong = 32,

    /// <summary>ELF033: a symbol's name does not lie within the names.</summary>
    SymbolNameOutsideTable = 33,

    /// <summary>ELF034: an offset, a size or an address does not fit the class of the file to write.</summary>
    DoesNotFitClass = 34,

    /// <summary>ELF035: the file to write would be longer than an array can be.</summary>
    FileTooLong = 35,

    /// <summary>ELF036: headers share bytes with each other in a file to edit. Such a file can be read.</summary>
    TablesOverlap = 36,
}
