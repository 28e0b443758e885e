// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>The words of the specification for the numbers in headers; a number without a word is printed as such.
/// </summary>
internal static class ElfWords
{
    private const ulong OsFlags = 0x0ff0_0000;
    private const ulong ProcessorFlags = 0xf000_0000;
    private const char OsLetter = 'o';
    private const char ProcessorLetter = 'p';
    private const byte GnuOsAbi = 3;
    private const byte FreeBsdOsAbi = 9;

    public static string Type(ElfType type) => type switch
    {
        ElfType.None => "NONE (None)",
        ElfType.Relocatable => "REL (Relocatable file)",
        ElfType.Executable => "EXEC (Executable file)",
        ElfType.Dynamic => "DYN (Shared object file)",
        ElfType.Core => "CORE (Core file)",
        _ => Unknown((uint)type),
    };

    public static string OsAbi(byte osAbi) => osAbi switch
    {
        0 => "UNIX - System V",
        GnuOsAbi => "UNIX - GNU",
        _ => Unknown(osAbi),
    };

    public static string Machine(ElfMachine machine) => machine switch
    {
        ElfMachine.None => "None",
        ElfMachine.Sparc => "Sparc",
        ElfMachine.X86 => "Intel 80386",
        ElfMachine.M68k => "MC68000",
        ElfMachine.Mips => "MIPS R3000",
        ElfMachine.PowerPc => "PowerPC",
        ElfMachine.PowerPc64 => "PowerPC64",
        ElfMachine.Arm => "ARM",
        ElfMachine.SuperH => "Renesas / SuperH SH",
        ElfMachine.SparcV9 => "Sparc v9",
        ElfMachine.X64 => "Advanced Micro Devices X86-64",
        ElfMachine.Xtensa => "Tensilica Xtensa Processor",
        ElfMachine.TiC6000 => "Texas Instruments TMS320C6000 DSP family",
        ElfMachine.TiPru => "TI PRU I/O processor",
        ElfMachine.Hexagon => "QUALCOMM DSP6 Processor",
        ElfMachine.Arm64 => "AArch64",
        ElfMachine.MicroBlaze => "Xilinx MicroBlaze",
        ElfMachine.ArcV2 => "ARCv2",
        ElfMachine.RiscV => "RISC-V",
        _ => Unknown((uint)machine),
    };

    public static string SegmentType(ElfSegmentType type, ElfMachine machine) => type switch
    {
        ElfSegmentType.Null => "NULL",
        ElfSegmentType.Load => "LOAD",
        ElfSegmentType.Dynamic => "DYNAMIC",
        ElfSegmentType.Interpreter => "INTERP",
        ElfSegmentType.Note => "NOTE",
        ElfSegmentType.SharedLibrary => "SHLIB",
        ElfSegmentType.ProgramHeaders => "PHDR",
        ElfSegmentType.ThreadLocal => "TLS",
        ElfSegmentType.GnuExceptionFrame => "GNU_EH_FRAME",
        ElfSegmentType.GnuStack => "GNU_STACK",
        ElfSegmentType.GnuReadOnlyAfterRelocation => "GNU_RELRO",
        ElfSegmentType.GnuProperty => "GNU_PROPERTY",
        ElfSegmentType.ArmExceptionIndex when machine == ElfMachine.Arm => "EXIDX",
        ElfSegmentType.RiscVAttributes when machine == ElfMachine.RiscV => "RISCV_ATTRIBUT",
        _ => Unknown((uint)type),
    };

    public static string SectionType(ElfSectionType type) => type switch
    {
        ElfSectionType.Null => "NULL",
        ElfSectionType.ProgramBits => "PROGBITS",
        ElfSectionType.SymbolTable => "SYMTAB",
        ElfSectionType.StringTable => "STRTAB",
        ElfSectionType.RelocationsWithAddends => "RELA",
        ElfSectionType.Hash => "HASH",
        ElfSectionType.Dynamic => "DYNAMIC",
        ElfSectionType.Note => "NOTE",
        ElfSectionType.NoBits => "NOBITS",
        ElfSectionType.Relocations => "REL",
        ElfSectionType.SharedLibrary => "SHLIB",
        ElfSectionType.DynamicSymbolTable => "DYNSYM",
        ElfSectionType.InitArray => "INIT_ARRAY",
        ElfSectionType.FiniArray => "FINI_ARRAY",
        ElfSectionType.PreinitArray => "PREINIT_ARRAY",
        ElfSectionType.Group => "GROUP",
        ElfSectionType.SymbolTableIndices => "SYMTAB SECTION INDICES",
        ElfSectionType.RelativeRelocations => "RELR",
        ElfSectionType.GnuHash => "GNU_HASH",
        ElfSectionType.GnuVersionDefinitions => "VERDEF",
        ElfSectionType.GnuVersionNeeds => "VERNEED",
        ElfSectionType.GnuVersionSymbols => "VERSYM",
        _ => Unknown((uint)type),
    };

    public static string SegmentFlags(ElfSegmentFlags flags)
        => $"{((flags & ElfSegmentFlags.Read) != 0 ? 'R' : ' ')}"
            + $"{((flags & ElfSegmentFlags.Write) != 0 ? 'W' : ' ')}"
            + $"{((flags & ElfSegmentFlags.Execute) != 0 ? 'E' : ' ')}";

    /// <summary>One letter per attribute, lowest bit first; what the operating system or the processor defines is one
    /// letter together.</summary>
    public static string SectionFlags(ElfSectionFlags flags, byte osAbi)
    {
        StringBuilder letters = new();
        ulong rest = (ulong)flags;
        while (rest != 0)
        {
            ulong lowest = rest & unchecked(~rest + 1);
            char letter = SectionFlag((ElfSectionFlags)lowest, osAbi);
            letters.Append(letter);
            rest &= letter switch
            {
                OsLetter => ~OsFlags,
                ProcessorLetter => ~ProcessorFlags,
                _ => ~lowest,
            };
        }

        return letters.ToString();
    }

    private static char SectionFlag(ElfSectionFlags flag, byte osAbi) => flag switch
    {
        ElfSectionFlags.Write => 'W',
        ElfSectionFlags.Allocated => 'A',
        ElfSectionFlags.Execute => 'X',
        ElfSectionFlags.Merge => 'M',
        ElfSectionFlags.Strings => 'S',
        ElfSectionFlags.InfoLink => 'I',
        ElfSectionFlags.LinkOrder => 'L',
        ElfSectionFlags.OsNonconforming => 'O',
        ElfSectionFlags.Group => 'G',
        ElfSectionFlags.ThreadLocal => 'T',
        ElfSectionFlags.Compressed => 'C',
        ElfSectionFlags.Exclude => 'E',
        ElfSectionFlags.Retain when osAbi is GnuOsAbi or FreeBsdOsAbi => 'R',
        _ when ((ulong)flag & OsFlags) != 0 => OsLetter,
        _ when ((ulong)flag & ProcessorFlags) != 0 => ProcessorLetter,
        _ => 'x',
    };

    private static string Unknown(uint value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
