// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Elf;

namespace OpenAmp.Tool.Output;

/// <summary>Words for the numbers in ELF headers, for people who build firmware.</summary>
internal static class ElfWord
{
    public static string Class(ElfClass value) => value == ElfClass.Elf32 ? "ELF32" : "ELF64";

    public static string ByteOrder(ElfByteOrder value)
        => value == ElfByteOrder.LittleEndian ? "little endian" : "big endian";

    public static string Machine(ElfMachine value) => value switch
    {
        ElfMachine.None => "no machine",
        ElfMachine.Arm => "Arm",
        ElfMachine.Arm64 => "AArch64",
        ElfMachine.X64 => "x86-64",
        ElfMachine.X86 => "x86",
        ElfMachine.RiscV => "RISC-V",
        ElfMachine.TiC6000 => "TI C6000",
        ElfMachine.TiPru => "TI PRU",
        _ => Named(value, (ulong)value),
    };

    public static string Type(ElfType value) => value switch
    {
        ElfType.Executable => "executable",
        ElfType.Dynamic => "position-independent executable or shared object",
        ElfType.Relocatable => "relocatable object",
        ElfType.Core => "core dump",
        _ => Named(value, (ulong)value),
    };

    public static string SegmentType(ElfSegmentType value) => value switch
    {
        ElfSegmentType.Load => "load",
        ElfSegmentType.Note => "note",
        ElfSegmentType.Dynamic => "dynamic",
        ElfSegmentType.Interpreter => "interpreter",
        ElfSegmentType.ProgramHeaders => "headers",
        ElfSegmentType.ThreadLocal => "thread-local",
        ElfSegmentType.GnuExceptionFrame => "eh frame",
        ElfSegmentType.GnuStack => "stack",
        ElfSegmentType.GnuReadOnlyAfterRelocation => "relro",
        ElfSegmentType.GnuProperty => "property",
        ElfSegmentType.ArmExceptionIndex or ElfSegmentType.RiscVAttributes => Quantity.Hex((ulong)value),
        _ => Named(value, (ulong)value),
    };

    public static string SectionType(ElfSectionType value) => value switch
    {
        ElfSectionType.ProgramBits => "content",
        ElfSectionType.NoBits => "zeros",
        _ => Named(value, (ulong)value),
    };

    public static string Flags(ElfSegmentFlags value)
        => $"{((value & ElfSegmentFlags.Read) != 0 ? 'R' : '-')}{((value & ElfSegmentFlags.Write) != 0 ? 'W' : '-')}"
            + $"{((value & ElfSegmentFlags.Execute) != 0 ? 'X' : '-')}";

    public static string Flags(ElfSectionFlags value)
        => $"{((value & ElfSectionFlags.Allocated) != 0 ? 'A' : '-')}"
            + $"{((value & ElfSectionFlags.Write) != 0 ? 'W' : '-')}"
            + $"{((value & ElfSectionFlags.Execute) != 0 ? 'X' : '-')}";

    private static string Named<T>(T value, ulong number)
        where T : struct, Enum
        => Enum.IsDefined(value) ? value.ToString() : Quantity.Hex(number);
}
