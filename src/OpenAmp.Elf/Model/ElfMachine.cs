// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>The processor that an ELF file is for (e_machine; gABI, chapter 4, ELF Header).</summary>
/// <remarks>The processors that OpenAMP runs on; any other number is a valid value too and is kept.</remarks>
public enum ElfMachine : ushort
{
    /// <summary>No processor (EM_NONE). Linux writes it into a core dump when its driver names none.</summary>
    None = 0,

    /// <summary>SPARC (EM_SPARC).</summary>
    Sparc = 2,

    /// <summary>Intel 80386, 32 bits (EM_386).</summary>
    X86 = 3,

    /// <summary>Motorola 68000 (EM_68K).</summary>
    M68k = 4,

    /// <summary>MIPS (EM_MIPS).</summary>
    Mips = 8,

    /// <summary>PowerPC, 32 bits (EM_PPC).</summary>
    PowerPc = 20,

    /// <summary>PowerPC, 64 bits (EM_PPC64).</summary>
    PowerPc64 = 21,

    /// <summary>Arm, 32 bits: Cortex-M, Cortex-R and AArch32 (EM_ARM).</summary>
    Arm = 40,

    /// <summary>Renesas SuperH (EM_SH).</summary>
    SuperH = 42,

    /// <summary>SPARC, 64 bits (EM_SPARCV9).</summary>
    SparcV9 = 43,

    /// <summary>AMD x86-64 (EM_X86_64).</summary>
    X64 = 62,

    /// <summary>Tensilica Xtensa (EM_XTENSA).</summary>
    Xtensa = 94,

    /// <summary>Texas Instruments TMS320C6000 digital signal processor (EM_TI_C6000).</summary>
    TiC6000 = 140,

    /// <summary>Texas Instruments programmable real-time unit (EM_TI_PRU).</summary>
    TiPru = 144,

    /// <summary>Qualcomm Hexagon (EM_QDSP6).</summary>
    Hexagon = 164,

    /// <summary>Arm, 64 bits (EM_AARCH64).</summary>
    Arm64 = 183,

    /// <summary>Xilinx MicroBlaze (EM_MICROBLAZE).</summary>
    MicroBlaze = 189,

    /// <summary>Synopsys ARCv2 (EM_ARC_COMPACT2).</summary>
    ArcV2 = 195,

    /// <summary>RISC-V, 32 and 64 bits (EM_RISCV).</summary>
    RiscV = 243,
}
