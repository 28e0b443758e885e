// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;

namespace OpenAmp.Elf;

/// <summary>What is wrong with an ELF file, and where. The default value says that nothing is.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="OffsetBytes">Where in the file: the field at fault, in bytes from the file's first.</param>
/// <param name="Expected">The value, or the limit, that the rule asks for; <paramref name="Text"/> says which.</param>
/// <param name="Actual">The value found.</param>
/// <param name="Text">The fault in a sentence: what was found, what was expected, what to do.</param>
public readonly record struct ElfFault(ElfRule Rule, ulong OffsetBytes, ulong Expected, ulong Actual, string Text)
{
    /// <summary>The rule's stable name: ELF007.</summary>
    public string RuleId => string.Create(CultureInfo.InvariantCulture, $"ELF{(int)Rule:D3}");

    /// <summary>Rule, place and sentence, on one line.</summary>
    public override string ToString() => Rule == ElfRule.None
        ? "no fault"
        : string.Create(CultureInfo.InvariantCulture, $"{RuleId} at file offset 0x{OffsetBytes:x}: {Text}");
}
