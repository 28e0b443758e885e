// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What a segment is for (p_type; gABI, chapter 5, Program Header). Other values occur and are kept.</summary>
public enum ElfSegmentType : uint
{
    /// <summary>An unused entry (PT_NULL).</summary>
    Null = 0,

    /// <summary>Bytes to load into memory (PT_LOAD).</summary>
    Load = 1,

    /// <summary>What the dynamic linker reads (PT_DYNAMIC).</summary>
    Dynamic = 2,

    /// <summary>The path of the program interpreter (PT_INTERP).</summary>
    Interpreter = 3,

    /// <summary>Notes; see <see cref="ElfNoteReader"/> (PT_NOTE).</summary>
    Note = 4,

    /// <summary>Reserved (PT_SHLIB).</summary>
    SharedLibrary = 5,

    /// <summary>The program header table itself (PT_PHDR).</summary>
    ProgramHeaders = 6,

    /// <summary>The template of thread-local storage (PT_TLS).</summary>
    ThreadLocal = 7,

    /// <summary>The index of exception frames (PT_GNU_EH_FRAME).</summary>
    GnuExceptionFrame = 0x6474_e550,

    /// <summary>Whether the stack is executable (PT_GNU_STACK).</summary>
    GnuStack = 0x6474_e551,

    /// <summary>What becomes read-only after relocation (PT_GNU_RELRO).</summary>
    GnuReadOnlyAfterRelocation = 0x6474_e552,

    /// <summary>Properties such as branch protection (PT_GNU_PROPERTY).</summary>
    GnuProperty = 0x6474_e553,

    /// <summary>The exception index of 32-bit Arm (PT_ARM_EXIDX; ELF for the Arm Architecture).</summary>
    ArmExceptionIndex = 0x7000_0001,

    /// <summary>The attributes of RISC-V (PT_RISCV_ATTRIBUTES; RISC-V ELF psABI).</summary>
    RiscVAttributes = 0x7000_0003,
}
