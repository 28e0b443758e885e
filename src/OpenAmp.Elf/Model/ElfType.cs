// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What an ELF file is (e_type; gABI, chapter 4, ELF Header). Other values occur and are kept.</summary>
public enum ElfType : ushort
{
    /// <summary>Nothing said (ET_NONE).</summary>
    None = 0,

    /// <summary>An object file for the linker (ET_REL).</summary>
    Relocatable = 1,

    /// <summary>A program with fixed addresses (ET_EXEC): what firmware is.</summary>
    Executable = 2,

    /// <summary>A shared library, or a program that runs at any address (ET_DYN).</summary>
    Dynamic = 3,

    /// <summary>A memory dump (ET_CORE).</summary>
    Core = 4,
}
