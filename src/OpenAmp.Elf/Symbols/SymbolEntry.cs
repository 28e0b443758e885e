// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>A symbol as the table has it, its name not yet text.</summary>
internal readonly struct SymbolEntry
{
    private const ushort FirstSpecialSection = ElfLayout.FirstReservedSection;

    private SymbolEntry(ElfFields fields, ElfLayout layout)
    {
        Value = fields.Native(layout.SymbolValueAt);
        SizeBytes = fields.Native(layout.SymbolSizeAt);
        NameOffsetBytes = fields.Word(ElfLayout.SymbolNameAt);
        SectionIndex = fields.Half(layout.SymbolSectionAt);
        byte kind = fields.Byte(layout.SymbolKindAt);
        Kind = (ElfSymbolKind)(kind & 0xf);
        Binding = (ElfSymbolBinding)(kind >> 4);
    }

    public ulong Value { get; }

    public ulong SizeBytes { get; }

    public uint NameOffsetBytes { get; }

    public ushort SectionIndex { get; }

    public ElfSymbolKind Kind { get; }

    public ElfSymbolBinding Binding { get; }

    /// <summary>Whether it is a place in memory: a label, data or a function that is defined here.</summary>
    public bool IsPlace
        => Kind is ElfSymbolKind.None or ElfSymbolKind.Object or ElfSymbolKind.Function
            && SectionIndex is > 0 and < FirstSpecialSection;

    /// <summary>Which of several symbols at one address to name: the higher one.</summary>
    public int Rank
        => (SizeBytes != 0 ? 8 : 0)
            + (Kind == ElfSymbolKind.Function ? 4 : 0)
            + (Kind == ElfSymbolKind.Object ? 2 : 0)
            + (Binding != ElfSymbolBinding.Local ? 1 : 0);

    public static SymbolEntry Decode(ElfFields fields, ElfLayout layout) => new(fields, layout);
}
