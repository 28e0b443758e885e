// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>A symbol: a name for a place (gABI, chapter 4, Symbol Table).</summary>
public readonly record struct ElfSymbol
{
    /// <summary>Its number in the symbol table, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Its name; may be empty.</summary>
    public string Name { get; init; }

    /// <summary>Its value (st_value): in a program, an address; bit 0 of a Thumb function's is set.</summary>
    public ulong Value { get; init; }

    /// <summary>Where it is: <see cref="Value"/>, without the bit that marks a Thumb function.</summary>
    public ulong Address { get; init; }

    /// <summary>How many bytes it covers (st_size); 0 when not known.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>What it stands for.</summary>
    public ElfSymbolKind Kind { get; init; }

    /// <summary>Who sees it.</summary>
    public ElfSymbolBinding Binding { get; init; }

    /// <summary>The section that it is in (st_shndx); 0 if it is not defined here, 0xff00 and above are special: 0xfff1
    /// is an absolute value.</summary>
    public ushort SectionIndex { get; init; }
}
