// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>What a symbol table must keep so that reading it is safe (gABI, chapter 4, Symbol Table).</summary>
internal static class SymbolRules
{
    /// <summary>Finds the symbol table and its names. Both are empty sections when there is no table.</summary>
    public static bool TryLocate(ElfImage image, out ElfSection table, out ElfSection names, out ElfFault fault)
    {
        names = default;
        fault = default;
        if (!TryFindTable(image, ElfSectionType.SymbolTable, out table)
            && !TryFindTable(image, ElfSectionType.DynamicSymbolTable, out table))
        {
            return true;
        }

        return CheckTable(image, table, out fault) && TryFindNames(image, table, out names, out fault);
    }

    public static bool TryDecode(
        ElfImage image,
        in ElfSection table,
        ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> names,
        out SymbolEntry[] entries,
        out ElfFault fault)
    {
        fault = default;
        var layout = ElfLayout.Of(image.Header.Class);
        entries = new SymbolEntry[content.Length / layout.SymbolBytes];

        // Then every name that begins within the names ends there.
        bool isTerminated = !names.IsEmpty && names[^1] == 0;
        for (int index = 0; index < entries.Length; index++)
        {
            int at = index * layout.SymbolBytes;
            entries[index] = SymbolEntry.Decode(
                new(content[at..], image.Header.Class, image.Header.ByteOrder), layout);
            uint nameAt = entries[index].NameOffsetBytes;
            if (nameAt != 0 && (!isTerminated || nameAt >= (uint)names.Length))
            {
                fault = new(
                    ElfRule.SymbolNameOutsideTable,
                    table.OffsetBytes + (ulong)at,
                    (ulong)names.Length,
                    nameAt,
                    $"the name of symbol {index} begins at 0x{nameAt:x} of the names, which have {names.Length} bytes "
                        + (isTerminated ? "" : "and do not end in a NUL"));
                return false;
            }
        }

        return true;
    }

    private static bool TryFindTable(ElfImage image, ElfSectionType type, out ElfSection table)
    {
        foreach (ref readonly ElfSection section in image.Sections.AsSpan())
        {
            if (section.Type == type)
            {
                table = section;
                return true;
            }
        }

        table = default;
        return false;
    }

    private static bool CheckTable(ElfImage image, in ElfSection table, out ElfFault fault)
    {
        fault = default;
        var layout = ElfLayout.Of(image.Header.Class);
        ulong symbolBytes = (ulong)layout.SymbolBytes;
        if (table.EntryBytes != symbolBytes || table.SizeBytes % symbolBytes != 0)
        {
            fault = new(
                ElfRule.SymbolSize,
                SectionRules.FieldOffset(image.Header, table.Index, layout.SectionEntryBytesAt),
                symbolBytes,
                table.EntryBytes,
                $"the symbols of section {table.Index} have {table.EntryBytes} bytes each and {table.SizeBytes} "
                    + $"together, in this class each has {symbolBytes}");
        }
        else if (table.SizeBytes / symbolBytes > ElfSymbols.MaxSymbols)
        {
            fault = new(
                ElfRule.TooManySymbols,
                SectionRules.FieldOffset(image.Header, table.Index, layout.SectionSizeAt),
                ElfSymbols.MaxSymbols,
                table.SizeBytes / symbolBytes,
                $"section {table.Index} has {table.SizeBytes / symbolBytes} symbols, the limit is "
                    + $"{ElfSymbols.MaxSymbols}: strip the file");
        }

        return fault.Rule == ElfRule.None;
    }

    private static bool TryFindNames(ElfImage image, in ElfSection table, out ElfSection names, out ElfFault fault)
    {
        fault = default;
        names = table.Link < (uint)image.Sections.Length ? image.Sections[(int)table.Link] : default;
        var layout = ElfLayout.Of(image.Header.Class);
        if (names.Type != ElfSectionType.StringTable)
        {
            fault = new(
                ElfRule.SymbolNameTable,
                SectionRules.FieldOffset(image.Header, table.Index, layout.SectionLinkAt),
                (ulong)ElfSectionType.StringTable,
                (ulong)names.Type,
                $"section {table.Link} shall hold the names of the symbols in section {table.Index}, and is not a "
                    + "string table");
        }
        else if (names.SizeBytes > ElfSymbols.MaxNamesBytes)
        {
            fault = new(
                ElfRule.SymbolNamesTooLong,
                SectionRules.FieldOffset(image.Header, names.Index, layout.SectionSizeAt),
                ElfSymbols.MaxNamesBytes,
                names.SizeBytes,
                $"the names of the symbols (section {names.Index}) take {names.SizeBytes} bytes, the limit is "
                    + $"{ElfSymbols.MaxNamesBytes}: strip the file");
        }

        return fault.Rule == ElfRule.None;
    }
}
