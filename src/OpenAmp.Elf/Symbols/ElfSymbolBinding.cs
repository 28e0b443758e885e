// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>Who sees a symbol (ELF_ST_BIND; gABI, chapter 4, Symbol Table). Other values occur and are kept.</summary>
public enum ElfSymbolBinding : byte
{
    /// <summary>Its own object file (STB_LOCAL).</summary>
    Local = 0,

    /// <summary>All object files (STB_GLOBAL).</summary>
    Global = 1,

    /// <summary>All object files, unless another one defines it too (STB_WEAK).</summary>
    Weak = 2,
}
