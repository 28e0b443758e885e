// SPDX-License-Identifier: BSD-3-Clause

using System;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfImageRequirementsTests
{
    private static readonly byte[] s_file = Images.Firmware().Build();

    public static TheoryData<ElfRule, ElfImageRequirements, ulong, ulong, ulong, string> Refusals => new()
    {
        { ElfRule.ClassNotAccepted, new() { Classes = [ElfClass.Elf64] }, 4, 2, 1, "Elf32 (1)" },
        {
            ElfRule.ByteOrderNotAccepted, new() { ByteOrders = [ElfByteOrder.BigEndian] }, 5, 2, 1, "LittleEndian (1)"
        },
        {
            ElfRule.MachineNotAccepted,
            new() { Machines = [ElfMachine.RiscV, ElfMachine.Xtensa] },
            18,
            243,
            40,
            "Arm (40), the processor accepts RiscV (243) or Xtensa (94)"
        },
        { ElfRule.TypeNotAccepted, new() { Types = [ElfType.Dynamic] }, 16, 3, 2, "Executable (2)" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void AnImageThatTheProcessorDoesNotAcceptIsRefusedWithBothNames(
        ElfRule rule, ElfImageRequirements requirements, ulong offset, ulong expected, ulong actual, string text)
    {
        Assert.False(ElfImage.TryParse(s_file, requirements, out _, out ElfFault fault));

        Assert.Equal(new(rule, offset, expected, actual, fault.Text), fault);
        Assert.Contains(text, fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImageThatTheProcessorAcceptsIsParsed()
        => Assert.NotNull(ElfImage.Parse(s_file, new()
        {
            Classes = [ElfClass.Elf64, ElfClass.Elf32],
            ByteOrders = [ElfByteOrder.LittleEndian],
            Machines = [ElfMachine.RiscV, ElfMachine.Arm],
            Types = [ElfType.Executable],
            NeedsLoadableSegment = true,
        }));

    [Fact]
    public void AnImageWithNothingToLoadIsRefusedWhereSomethingIsNeeded()
    {
        ElfBuilder builder = new ElfBuilder().AddLoad(0x1000, []).AddNamed(".text", [1, 2]);
        byte[] file = builder.Build();

        _ = ElfImage.Parse(file);
        Assert.False(ElfImage.TryParse(file, new() { NeedsLoadableSegment = true }, out _, out ElfFault fault));
        Assert.Equal(ElfRule.NothingToLoad, fault.Rule);
        Assert.Equal(44u, fault.OffsetBytes);
    }
}
