// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>The ELF header, widened to 64 bits (gABI, chapter 4, ELF Header).</summary>
/// <remarks>The counts are the real ones: where the file keeps them in its first section header, because 16 bits do
/// not hold them, they are taken from there.</remarks>
public readonly record struct ElfHeader
{
    /// <summary>The width of addresses and offsets in the file (EI_CLASS).</summary>
    public ElfClass Class { get; init; }

    /// <summary>The byte order of the file's fields (EI_DATA).</summary>
    public ElfByteOrder ByteOrder { get; init; }

    /// <summary>The version of the identification (EI_VERSION): 1, but nothing depends on it.</summary>
    public byte IdentificationVersion { get; init; }

    /// <summary>The operating system or ABI that the file is for (EI_OSABI): 0 says none in particular.</summary>
    public byte OsAbi { get; init; }

    /// <summary>The version of that ABI (EI_ABIVERSION).</summary>
    public byte OsAbiVersion { get; init; }

    /// <summary>What the file is (e_type).</summary>
    public ElfType Type { get; init; }

    /// <summary>The processor that it is for (e_machine).</summary>
    public ElfMachine Machine { get; init; }

    /// <summary>The version of the format (e_version): 1, but nothing depends on it.</summary>
    public uint Version { get; init; }

    /// <summary>The address at which the program starts (e_entry); 0 for none.</summary>
    public ulong EntryPoint { get; init; }

    /// <summary>Where the program headers are in the file, in bytes (e_phoff); 0 for none.</summary>
    public ulong ProgramHeadersOffsetBytes { get; init; }

    /// <summary>Where the section headers are in the file, in bytes (e_shoff); 0 for none.</summary>
    public ulong SectionHeadersOffsetBytes { get; init; }

    /// <summary>Flags that the processor's ABI defines (e_flags).</summary>
    public uint Flags { get; init; }

    /// <summary>How long this header says that it is, in bytes (e_ehsize). Nothing depends on it.</summary>
    public ushort HeaderBytes { get; init; }

    /// <summary>The length of one program header in bytes (e_phentsize); any value when there is none.</summary>
    public ushort ProgramHeaderBytes { get; init; }

    /// <summary>How many program headers there are (e_phnum, or sh_info of section 0).</summary>
    public uint ProgramHeaderCount { get; init; }

    /// <summary>The length of one section header in bytes (e_shentsize); any value when there is none.</summary>
    public ushort SectionHeaderBytes { get; init; }

    /// <summary>How many section headers there are (e_shnum, or sh_size of section 0).</summary>
    public uint SectionHeaderCount { get; init; }

    /// <summary>The section that holds the section names (e_shstrndx, or sh_link of section 0); 0 for none.</summary>
    public uint NameTableIndex { get; init; }
}
