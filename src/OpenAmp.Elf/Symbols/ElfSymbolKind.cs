// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What a symbol stands for (ELF_ST_TYPE; gABI, chapter 4, Symbol Table). Other values occur and are kept.
/// </summary>
public enum ElfSymbolKind : byte
{
    /// <summary>Nothing said (STT_NOTYPE): a label of an assembly file, for example.</summary>
    None = 0,

    /// <summary>Data (STT_OBJECT).</summary>
    Object = 1,

    /// <summary>Instructions (STT_FUNC).</summary>
    Function = 2,

    /// <summary>A section (STT_SECTION).</summary>
    Section = 3,

    /// <summary>A source file (STT_FILE).</summary>
    File = 4,

    /// <summary>Data of unknown place (STT_COMMON).</summary>
    Common = 5,

    /// <summary>Thread-local storage (STT_TLS).</summary>
    ThreadLocal = 6,
}
