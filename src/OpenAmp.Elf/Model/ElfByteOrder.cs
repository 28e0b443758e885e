// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>The byte order of an ELF file's own fields (EI_DATA; gABI, chapter 4, ELF Identification).</summary>
public enum ElfByteOrder : byte
{
    /// <summary>Least significant byte first (ELFDATA2LSB).</summary>
    LittleEndian = 1,

    /// <summary>Most significant byte first (ELFDATA2MSB).</summary>
    BigEndian = 2,
}
