// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>How a processor's registers lie in a note of type NT_PRSTATUS (Linux's elf_prstatus and each
/// architecture's elf_gregset_t).</summary>
/// <param name="DescriptorBytes">Length of the whole note.</param>
/// <param name="RegistersAt">Where the registers begin.</param>
/// <param name="ProcessIdAt">Where the thread's number is.</param>
/// <param name="Names">The registers in their order, each as wide as an address.</param>
/// <param name="ReturnName">The register that holds the return address, where there is one.</param>
internal sealed record RegisterLayout(
    int DescriptorBytes, int RegistersAt, int ProcessIdAt, IReadOnlyList<string> Names, string? ReturnName)
{
    private const int NarrowRegistersAt = 72;
    private const int WideRegistersAt = 112;
    private const int NarrowProcessIdAt = 24;
    private const int WideProcessIdAt = 32;

    private static readonly string[] RiscVNames =
    [
        "pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", .. Numbered("a", 0, 8), .. Numbered("s", 2, 10),
        .. Numbered("t", 3, 4),
    ];

    private static readonly RegisterLayout Arm = new(
        148, NarrowRegistersAt, NarrowProcessIdAt, [.. Numbered("r", 0, 13), "sp", "lr", "pc", "cpsr", "orig_r0"],
        "lr");

    private static readonly RegisterLayout Arm64 = new(
        392, WideRegistersAt, WideProcessIdAt, [.. Numbered("x", 0, 30), "lr", "sp", "pc", "pstate"], "lr");

    private static readonly RegisterLayout X64 = new(
        336, WideRegistersAt, WideProcessIdAt,
        [
            "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi",
            "orig_rax", "pc", "cs", "eflags", "sp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
        ],
        null);

    private static readonly RegisterLayout RiscV32 = new(
        204, NarrowRegistersAt, NarrowProcessIdAt, RiscVNames, "ra");

    private static readonly RegisterLayout RiscV64 = new(
        376, WideRegistersAt, WideProcessIdAt, RiscVNames, "ra");

    /// <summary>The layout of a processor; <see langword="null"/> when it is not known.</summary>
    public static RegisterLayout? Of(ElfMachine machine, ElfClass elfClass) => (machine, elfClass) switch
    {
        (ElfMachine.Arm, ElfClass.Elf32) => Arm,
        (ElfMachine.Arm64, ElfClass.Elf64) => Arm64,
        (ElfMachine.X64, ElfClass.Elf64) => X64,
        (ElfMachine.RiscV, ElfClass.Elf32) => RiscV32,
        (ElfMachine.RiscV, ElfClass.Elf64) => RiscV64,
        _ => null,
    };

    private static IEnumerable<string> Numbered(string letter, int first, int count)
        => Enumerable.Range(first, count).Select(number => System.FormattableString.Invariant($"{letter}{number}"));
}
