// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>The attributes of a section (sh_flags; gABI, chapter 4, Section Attribute Flags).</summary>
[Flags]
public enum ElfSectionFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The program may write it (SHF_WRITE).</summary>
    Write = 0x1,

    /// <summary>It takes memory while the program runs (SHF_ALLOC).</summary>
    Allocated = 0x2,

    /// <summary>It holds instructions (SHF_EXECINSTR).</summary>
    Execute = 0x4,

    /// <summary>Equal elements may be merged (SHF_MERGE).</summary>
    Merge = 0x10,

    /// <summary>Its elements are strings (SHF_STRINGS).</summary>
    Strings = 0x20,

    /// <summary>sh_info is a section index (SHF_INFO_LINK).</summary>
    InfoLink = 0x40,

    /// <summary>The linker must keep its order (SHF_LINK_ORDER).</summary>
    LinkOrder = 0x80,

    /// <summary>It needs what only the operating system's tools know (SHF_OS_NONCONFORMING).</summary>
    OsNonconforming = 0x100,

    /// <summary>It is a member of a section group (SHF_GROUP).</summary>
    Group = 0x200,

    /// <summary>It is thread-local storage (SHF_TLS).</summary>
    ThreadLocal = 0x400,

    /// <summary>Its content is compressed (SHF_COMPRESSED).</summary>
    Compressed = 0x800,

    /// <summary>The linker keeps it, though nothing refers to it (SHF_GNU_RETAIN; in files for GNU and FreeBSD only).
    /// </summary>
    Retain = 0x20_0000,

    /// <summary>The linker leaves it out (SHF_EXCLUDE).</summary>
    Exclude = 0x8000_0000,
}
