// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>What a section header must keep so that reading its section and its name is safe (gABI, chapter 4,
/// Sections and String Table).</summary>
internal static class SectionRules
{
    public static ElfSection Decode(ElfFields fields, ElfLayout layout, int index) => new()
    {
        Index = index,
        NameOffsetBytes = fields.Word(ElfLayout.SectionNameAt),
        Type = (ElfSectionType)fields.Word(ElfLayout.SectionTypeAt),
        Flags = (ElfSectionFlags)fields.Native(ElfLayout.SectionFlagsAt),
        Address = fields.Native(layout.SectionAddressAt),
        OffsetBytes = fields.Native(layout.SectionOffsetAt),
        SizeBytes = fields.Native(layout.SectionSizeAt),
        Link = fields.Word(layout.SectionLinkAt),
        TypeSpecific = fields.Word(layout.SectionTypeSpecificAt),
        AlignmentBytes = fields.Native(layout.SectionAlignmentAt),
        EntryBytes = fields.Native(layout.SectionEntryBytesAt),
    };

    /// <summary>Where in the file a field of a section header is.</summary>
    public static ulong FieldOffset(in ElfHeader header, int index, int fieldAt)
        => header.SectionHeadersOffsetBytes
            + ((ulong)index * (ulong)ElfLayout.Of(header.Class).SectionHeaderBytes)
            + (ulong)fieldAt;

    public static bool Check(in ElfSection section, in ElfHeader header, ulong fileBytes, out ElfFault fault)
    {
        fault = default;
        ElfRange range = section.FileRange;
        if (range.LengthBytes == 0 || range.IsWithin(fileBytes))
        {
            return true;
        }

        fault = new(
            ElfRule.SectionOutsideFile,
            FieldOffset(header, section.Index, ElfLayout.Of(header.Class).SectionOffsetAt),
            fileBytes,
            section.OffsetBytes,
            $"section {section.Index} needs {section.SizeBytes} bytes at offset 0x{section.OffsetBytes:x}, the file "
                + $"has {fileBytes} bytes: it is cut short, or its header is damaged");
        return false;
    }

    /// <summary>Whether the section that shall hold the names can.</summary>
    public static bool CheckNameTable(in ElfHeader header, in ElfSection table, out ElfFault fault)
    {
        fault = default;
        if (table.Type != ElfSectionType.StringTable)
        {
            fault = new(
                ElfRule.NameTableType,
                FieldOffset(header, table.Index, ElfLayout.SectionTypeAt),
                (ulong)ElfSectionType.StringTable,
                (ulong)table.Type,
                $"section {table.Index} shall hold the section names and has type {(uint)table.Type}, which is not a "
                    + "string table (3)");
        }
        else if (table.SizeBytes > ElfParser.MaxNameTableBytes)
        {
            fault = new(
                ElfRule.NameTableTooLong,
                FieldOffset(header, table.Index, ElfLayout.Of(header.Class).SectionSizeAt),
                ElfParser.MaxNameTableBytes,
                table.SizeBytes,
                $"the section names (section {table.Index}) take {table.SizeBytes} bytes, the limit is "
                    + $"{ElfParser.MaxNameTableBytes}: strip the file");
        }

        return fault.Rule == ElfRule.None;
    }

    /// <summary>Gives every section its name, except unused ones.</summary>
    /// <remarks>Names may share bytes of the table, so together they may be longer than it: that is bounded too.
    /// </remarks>
    public static bool TryResolveNames(
        Span<ElfSection> sections, ReadOnlySpan<byte> names, in ElfHeader header, out ElfFault fault)
    {
        fault = default;
        int totalBytes = 0;
        for (int index = 0; index < sections.Length; index++)
        {
            ref ElfSection section = ref sections[index];
            if (IsUnused(section))
            {
                continue;
            }

            if (!TryFindName(section, names, header, out ReadOnlySpan<byte> name, out fault))
            {
                return false;
            }

            totalBytes += name.Length;
            if (totalBytes > ElfParser.MaxNamesBytes)
            {
                fault = NameFault(
                    ElfRule.NamesTooLong,
                    section,
                    header,
                    ElfParser.MaxNamesBytes,
                    $"the names up to section {index} have more than {ElfParser.MaxNamesBytes} bytes: strip the file");
                return false;
            }

            section = section with { Name = Encoding.UTF8.GetString(name) };
        }

        return true;
    }

    /// <summary>Whether nothing in the header means anything but its type, the name neither (SHT_NULL). Section 0 is
    /// always unused, or holds counts.</summary>
    private static bool IsUnused(in ElfSection section)
        => section.Index == 0 || section.Type == ElfSectionType.Null;

    private static bool TryFindName(
        in ElfSection section,
        ReadOnlySpan<byte> names,
        in ElfHeader header,
        out ReadOnlySpan<byte> name,
        out ElfFault fault)
    {
        name = default;
        fault = default;
        if (section.NameOffsetBytes >= (uint)names.Length)
        {
            // Offset 0 is the empty name, in an empty table too.
            fault = section.NameOffsetBytes == 0 ? default : NameFault(
                ElfRule.NameOutsideTable,
                section,
                header,
                (ulong)names.Length,
                $"the name of section {section.Index} begins at 0x{section.NameOffsetBytes:x} of the section names, "
                    + $"which have {names.Length} bytes");
            return fault.Rule == ElfRule.None;
        }

        name = names[(int)section.NameOffsetBytes..];
        int length = name.IndexOf((byte)0);
        if (length < 0)
        {
            fault = NameFault(
                ElfRule.NameNotTerminated,
                section,
                header,
                (ulong)names.Length,
                $"the name of section {section.Index} has no NUL before the end of the section names");
            return false;
        }

        name = name[..length];
        return true;
    }

    private static ElfFault NameFault(
        ElfRule rule, in ElfSection section, in ElfHeader header, ulong expected, string text)
        => new(
            rule,
            FieldOffset(header, section.Index, ElfLayout.SectionNameAt),
            expected,
            section.NameOffsetBytes,
            text);
}
