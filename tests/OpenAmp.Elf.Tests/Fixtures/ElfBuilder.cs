// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Elf.Tests;

/// <summary>Makes ELF files of any shape, and says what a parser should find in them.</summary>
internal sealed class ElfBuilder
{
    private readonly List<byte[]> _segmentContents = [];
    private readonly List<(byte[]? Content, int Segment, int At)> _sectionContents = [(null, -1, 0)];

    public ElfBuilder(ElfClass elfClass = ElfClass.Elf32, ElfByteOrder byteOrder = ElfByteOrder.LittleEndian)
    {
        bool is64 = elfClass == ElfClass.Elf64;
        Header = new()
        {
            Class = elfClass,
            ByteOrder = byteOrder,
            IdentificationVersion = 1,
            Type = ElfType.Executable,
            Machine = ElfMachine.Arm,
            Version = 1,
            EntryPoint = 0x1001,
            Flags = 0x5000200,
            HeaderBytes = (ushort)(is64 ? 64 : 52),
            ProgramHeaderBytes = (ushort)(is64 ? 56 : 32),
            SectionHeaderBytes = (ushort)(is64 ? 64 : 40),
        };
    }

    /// <summary>The header: what is set before, and after <see cref="Build"/> what a parser should find.</summary>
    public ElfHeader Header { get; set; }

    public List<ElfSegment> Segments { get; } = [];

    public List<ElfSection> Sections { get; } = [default];

    public bool HasSections { get; set; } = true;

    /// <summary>Whether the counts go to section 0, though the header could hold them.</summary>
    public bool ExtendsCounts { get; set; }

    public int PaddingBytes { get; set; }

    public ElfBuilder AddSegment(ElfSegment segment, byte[] content)
    {
        Segments.Add(segment with { Index = Segments.Count, FileBytes = (ulong)content.Length });
        _segmentContents.Add(content);
        return this;
    }

    /// <summary>Adds a loadable segment with its content, and as much memory as that.</summary>
    public ElfBuilder AddLoad(ulong address, byte[] content, ulong moreMemoryBytes = 0) => AddSegment(
        new()
        {
            Type = ElfSegmentType.Load,
            Flags = ElfSegmentFlags.Read | ElfSegmentFlags.Execute,
            VirtualAddress = address,
            PhysicalAddress = address,
            MemoryBytes = (ulong)content.Length + moreMemoryBytes,
            AlignmentBytes = 4,
        },
        content);

    public ElfBuilder AddSection(ElfSection section, byte[] content)
    {
        _sectionContents.Add((content, -1, 0));
        Sections.Add(section with
        {
            Index = Sections.Count,
            SizeBytes = section.Type == ElfSectionType.NoBits ? section.SizeBytes : (ulong)content.Length,
        });
        return this;
    }

    public ElfBuilder AddNamed(string name, byte[] content)
        => AddSection(new() { Name = name, Type = ElfSectionType.ProgramBits, AlignmentBytes = 1 }, content);

    /// <summary>Adds a section that is a part of a segment.</summary>
    public ElfBuilder AddSectionIn(int segment, int at, int lengthBytes, string name)
    {
        _sectionContents.Add((null, segment, at));
        Sections.Add(new()
        {
            Index = Sections.Count,
            Name = name,
            Type = ElfSectionType.ProgramBits,
            Flags = ElfSectionFlags.Allocated,
            Address = Segments[segment].VirtualAddress + (ulong)at,
            SizeBytes = (ulong)lengthBytes,
            AlignmentBytes = 4,
        });
        return this;
    }

    public byte[] Build()
    {
        ElfBytes file = new(Header.Class, Header.ByteOrder);
        if (HasSections)
        {
            AddNames();
        }
        else
        {
            Sections.Clear();
        }

        Place();
        file.Header(WithFieldCounts()).Pad(PaddingBytes);
        foreach (ElfSegment segment in Segments)
        {
            file.Segment(segment);
        }

        foreach (byte[] content in _segmentContents.Concat(OwnContents()))
        {
            file.Raw(content).Pad(PaddingBytes);
        }

        foreach (ElfSection section in Sections)
        {
            file.Section(section);
        }

        return file.ToArray();
    }

    public bool IsParsedAs(ElfImage image)
        => image.Header == Header && image.Segments.SequenceEqual(Segments) && image.Sections.SequenceEqual(Sections);

    private IEnumerable<byte[]> OwnContents()
        => HasSections ? _sectionContents.Where(item => item.Content is not null).Select(item => item.Content!) : [];

    private void AddNames()
    {
        ElfBytes names = new(Header.Class, Header.ByteOrder);
        names.Byte(0);
        AddSection(new() { Name = ".shstrtab", Type = ElfSectionType.StringTable, AlignmentBytes = 1 }, []);
        for (int index = 1; index < Sections.Count; index++)
        {
            // An empty name may be at any NUL; the first one will do.
            string name = Sections[index].Name;
            Sections[index] = Sections[index] with { NameOffsetBytes = name.Length == 0 ? 0 : (uint)names.Length };
            names.Raw(Encoding.UTF8.GetBytes(name + (name.Length == 0 ? "" : "\0")));
        }

        _sectionContents[^1] = (names.ToArray(), -1, 0);
        Sections[^1] = Sections[^1] with { SizeBytes = (ulong)names.Length };
    }

    private void Place()
    {
        ulong at = Header.HeaderBytes + (ulong)PaddingBytes;
        ulong headersAt = at;
        at += (ulong)(Segments.Count * Header.ProgramHeaderBytes);
        for (int index = 0; index < Segments.Count; index++)
        {
            Segments[index] = Segments[index] with { OffsetBytes = at };
            at += (ulong)(_segmentContents[index].Length + PaddingBytes);
        }

        for (int index = 1; index < Sections.Count; index++)
        {
            (byte[]? content, int segment, int offset) = _sectionContents[index];
            ulong place = content is null ? Segments[segment].OffsetBytes + (ulong)offset : at;
            Sections[index] = Sections[index] with { OffsetBytes = place };
            at += content is null ? 0 : (ulong)(content.Length + PaddingBytes);
        }

        Header = Header with
        {
            ProgramHeadersOffsetBytes = Segments.Count == 0 ? 0 : headersAt,
            SectionHeadersOffsetBytes = Sections.Count == 0 ? 0 : at,
            ProgramHeaderCount = (uint)Segments.Count,
            SectionHeaderCount = (uint)Sections.Count,
            NameTableIndex = Sections.Count == 0 ? 0 : (uint)Sections.Count - 1,
        };
    }

    private ElfHeader WithFieldCounts()
    {
        if (!ExtendsCounts || !HasSections)
        {
            return Header;
        }

        Sections[0] = Sections[0] with
        {
            SizeBytes = Header.SectionHeaderCount,
            Link = Header.NameTableIndex,
            TypeSpecific = Header.ProgramHeaderCount,
        };
        return Header with { SectionHeaderCount = 0, NameTableIndex = 0xffff, ProgramHeaderCount = 0xffff };
    }
}
