// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>Adds a section to a file: its content, the names with its name, and a new section header table, all at the
/// end.</summary>
internal sealed class SectionAddition
{
    private const string NameTableName = ".shstrtab";
    private const uint TableAlignmentBytes = 8;

    private readonly ElfImage _image;
    private readonly ElfLayout _layout;
    private readonly List<ElfSection> _sections;
    private readonly FileTail _tail;
    private readonly List<byte> _names = [];
    private int _nameTableIndex;

    private SectionAddition(ElfImage image, int fileBytes)
    {
        _image = image;
        _layout = ElfLayout.Of(image.Header.Class);
        _sections = [.. image.Sections];
        _tail = new(fileBytes);
        _nameTableIndex = (int)image.Header.NameTableIndex;
    }

    public static ElfEdit Add(
        ElfImage image, ReadOnlySpan<byte> file, string name, ReadOnlySpan<byte> content, ElfSectionOptions options)
        => new SectionAddition(image, file.Length).Add(file, name, content, options);

    private ElfEdit Add(ReadOnlySpan<byte> file, string name, ReadOnlySpan<byte> content, ElfSectionOptions options)
    {
        BeginSections(file);
        BeginNames(file);
        ElfSection section = AddSection(name, options, content.Length);
        PlaceNames();
        CheckCount();
        int tableAt = _tail.Place(_sections.Count * _layout.SectionHeaderBytes, TableAlignmentBytes);
        byte[] edited = _tail.Extend(file);
        content.CopyTo(edited.AsSpan((int)section.OffsetBytes));
        CopyNames(edited);
        WriteTable(edited, tableAt);
        WriteHeader(edited, tableAt);
        return new(edited, section, ElfEditPlacement.Added);
    }

    /// <summary>The first section header is an unused one, also in a file that had none.</summary>
    private void BeginSections(ReadOnlySpan<byte> file)
    {
        if (_sections.Count == 0)
        {
            // The header may send readers to section 0 for the number of segments, also when it counts no sections.
            ElfFields fields = new(file, _image.Header.Class, _image.Header.ByteOrder);
            bool isExtended = fields.Half(_layout.ProgramHeaderCountAt) == ElfLayout.Extended;
            _sections.Add(new() { TypeSpecific = isExtended ? _image.Header.ProgramHeaderCount : 0 });
        }
    }

    private void BeginNames(ReadOnlySpan<byte> file)
    {
        if (_nameTableIndex != 0)
        {
            _names.AddRange(_sections[_nameTableIndex].FileRange.Slice(file));
        }

        // A table begins with the empty name, and the next name begins behind a NUL.
        if (_names.Count == 0 || _names[^1] != 0)
        {
            _names.Add(0);
        }

        if (_nameTableIndex == 0)
        {
            ForgetNames();
            _nameTableIndex = _sections.Count;
            _sections.Add(new()
            {
                Index = _nameTableIndex,
                Name = NameTableName,
                NameOffsetBytes = AddName(NameTableName),
                Type = ElfSectionType.StringTable,
                AlignmentBytes = 1,
            });
        }
    }

    /// <summary>Without a table of names, what sections say about their names means nothing.</summary>
    private void ForgetNames()
    {
        for (int index = 0; index < _sections.Count; index++)
        {
            _sections[index] = _sections[index] with { NameOffsetBytes = 0 };
        }
    }

    private ElfSection AddSection(string name, ElfSectionOptions options, int lengthBytes)
    {
        ElfSection section = new()
        {
            Index = _sections.Count,
            Name = name,
            NameOffsetBytes = AddName(name),
            Type = options.Type,
            Flags = options.Flags,
            OffsetBytes = (ulong)_tail.Place(lengthBytes, options.AlignmentBytes),
            SizeBytes = (ulong)lengthBytes,
            AlignmentBytes = options.AlignmentBytes,
        };
        _sections.Add(section);
        return section;
    }

    private uint AddName(string name)
    {
        uint at = (uint)_names.Count;
        _names.AddRange(Encoding.UTF8.GetBytes(name));
        _names.Add(0);
        return at;
    }

    private void PlaceNames()
    {
        ref ElfSection table = ref CollectionsMarshal.AsSpan(_sections)[_nameTableIndex];
        table = table with
        {
            OffsetBytes = (ulong)_tail.Place(_names.Count, 1),
            SizeBytes = (ulong)_names.Count,
        };
    }

    private void CopyNames(Span<byte> edited)
        => _names.CopyTo(edited[(int)_sections[_nameTableIndex].OffsetBytes..]);

    private void CheckCount()
    {
        if (_sections.Count > ElfParser.MaxSectionHeaders)
        {
            throw new ElfException(new ElfFault(
                ElfRule.TooManySectionHeaders,
                (ulong)_layout.SectionHeaderCountAt,
                ElfParser.MaxSectionHeaders,
                (ulong)_sections.Count,
                $"the edited file would have {_sections.Count} sections, the limit is {ElfParser.MaxSectionHeaders}"));
        }
    }

    private void WriteTable(Span<byte> edited, int tableAt)
    {
        _sections[0] = FirstSection();
        foreach (ElfSection section in _sections)
        {
            int at = tableAt + (section.Index * _layout.SectionHeaderBytes);
            HeaderEncoder.Write(edited[at..], section, _image.Header);
        }
    }

    /// <summary>Section 0 holds the numbers that 16 bits cannot (gABI, chapter 4, Sections). The number of segments may
    /// be there too, and stays.</summary>
    private ElfSection FirstSection() => _sections[0] with
    {
        SizeBytes = CountIsExtended ? (ulong)_sections.Count : 0,
        Link = NameTableIsExtended ? (uint)_nameTableIndex : 0,
    };

    private bool CountIsExtended => _sections.Count >= ElfLayout.FirstReservedSection;

    private bool NameTableIsExtended => _nameTableIndex >= ElfLayout.FirstReservedSection;

    private void WriteHeader(Span<byte> edited, int tableAt)
    {
        ElfFieldWriter fields = new(edited, _image.Header.Class, _image.Header.ByteOrder);
        fields.Native(_layout.SectionHeadersAt, (ulong)tableAt);
        fields.Half(_layout.SectionHeaderSizeAt, (ushort)_layout.SectionHeaderBytes);
        fields.Half(_layout.SectionHeaderCountAt, CountIsExtended ? (ushort)0 : (ushort)_sections.Count);
        fields.Half(
            _layout.NameTableIndexAt, NameTableIsExtended ? ElfLayout.Extended : (ushort)_nameTableIndex);
    }
}
