// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Elf;

/// <summary>Reads an ELF image's headers without doing any input itself: it says which bytes it needs next, and is
/// fed them from wherever they come.</summary>
/// <remarks>
/// <para>While <see cref="IsComplete"/> is false: read <see cref="Needed"/> from the file and pass it to
/// <see cref="Feed"/>. The ranges come in this order: header, section header 0 if it holds the counts, program
/// headers, section headers, section names; most files keep the last two at their end. So the store must be seekable:
/// of one that is not, the caller keeps what it has received, in memory or in a file of its own, and feeds each range
/// as soon as all of it has come. It must know the length beforehand; if the sender does not say it, that is when all
/// has come.</para>
/// <para>Memory is bounded whatever the file says: each table's size is checked against the limits here and against
/// the file's length before it is allocated, and a table is read in pieces of at most <see cref="MaxNeededBytes"/>.
/// Nothing is recursive, and the work is linear in the tables' sizes.</para>
/// <para>For one thread at a time. After a fault the parser is done: it takes no more bytes.</para>
/// </remarks>
public sealed class ElfParser
{
    /// <summary>The most bytes that <see cref="Needed"/> asks for at once.</summary>
    public const int MaxNeededBytes = 64 * 1024;

    /// <summary>The most program headers of an image.</summary>
    public const int MaxProgramHeaders = 65535;

    /// <summary>The most section headers of an image.</summary>
    public const int MaxSectionHeaders = 65535;

    /// <summary>The longest section of section names, in bytes.</summary>
    public const int MaxNameTableBytes = 1 << 20;

    /// <summary>The most bytes that all section names have together. They may overlap in the file.</summary>
    public const int MaxNamesBytes = 4 << 20;

    private readonly ulong _fileBytes;
    private readonly ElfImageRequirements _requirements;
    private Stage _stage = Stage.Header;
    private ElfLayout _layout = ElfLayout.Elf32;
    private ElfHeader _header;
    private ElfSegment[] _segments = [];
    private ElfSection[] _sections = [];
    private byte[] _names = [];

    // How much of the current stage's table has been fed, in entries; in bytes for the names.
    private int _done;
    private ElfImage? _image;

    /// <summary>Begins to parse a file.</summary>
    /// <param name="fileBytes">The file's length in bytes: no range beyond it is asked for.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    public ElfParser(ulong fileBytes, ElfImageRequirements? requirements = null)
    {
        _fileBytes = fileBytes;
        _requirements = requirements ?? ElfImageRequirements.None;
        Needed = new(0, Math.Min(fileBytes, (ulong)ElfLayout.Elf64.HeaderBytes));
    }

    private enum Stage
    {
        Header,
        FirstSection,
        ProgramHeaders,
        SectionHeaders,
        Names,
        Complete,
        Failed,
    }

    /// <summary>Whether everything has been read, and <see cref="Image"/> can be had.</summary>
    public bool IsComplete => _stage == Stage.Complete;

    /// <summary>The bytes to feed next, all within the file and at most <see cref="MaxNeededBytes"/>; empty when
    /// complete, after a fault, and for an empty file, which is then fed an empty span.</summary>
    public ElfRange Needed { get; private set; }

    /// <summary>The image.</summary>
    /// <exception cref="InvalidOperationException">It is not complete.</exception>
    public ElfImage Image => _image ?? throw new InvalidOperationException(
        $"The image is not complete: bytes at 0x{Needed.OffsetBytes:x} are still needed, or there was a fault.");

    /// <summary>Takes the bytes that are needed. It keeps none of them.</summary>
    /// <param name="bytes">The bytes of <see cref="Needed"/>, all of them.</param>
    /// <exception cref="ArgumentException">There are more or fewer bytes than needed.</exception>
    /// <exception cref="ElfException">The file breaks a rule.</exception>
    /// <exception cref="InvalidOperationException">It is complete, or there was a fault.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (!TryFeed(bytes, out ElfFault fault))
        {
            throw new ElfException(fault);
        }
    }

    /// <summary>Takes the bytes that are needed, and says when they break a rule. It keeps none of them.</summary>
    /// <param name="bytes">The bytes of <see cref="Needed"/>, all of them.</param>
    /// <param name="fault">What is wrong, when false is returned.</param>
    /// <returns>False when the file breaks a rule.</returns>
    /// <exception cref="ArgumentException">There are more or fewer bytes than needed.</exception>
    /// <exception cref="InvalidOperationException">It is complete, or there was a fault.</exception>
    public bool TryFeed(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        if (_stage >= Stage.Complete)
        {
            throw new InvalidOperationException("The parser needs no bytes: it is complete, or there was a fault.");
        }

        if ((ulong)bytes.Length != Needed.LengthBytes)
        {
            throw new ArgumentException(
                $"The parser needs {Needed.LengthBytes} bytes at 0x{Needed.OffsetBytes:x}, it was fed {bytes.Length}.",
                nameof(bytes));
        }

        if (Take(bytes, out fault))
        {
            return true;
        }

        _stage = Stage.Failed;
        Needed = default;
        return false;
    }

    private bool Take(ReadOnlySpan<byte> bytes, out ElfFault fault) => _stage switch
    {
        Stage.Header => TakeHeader(bytes, out fault),
        Stage.FirstSection => TakeFirstSection(bytes, out fault),
        Stage.ProgramHeaders => TakeProgramHeaders(bytes, out fault),
        Stage.SectionHeaders => TakeSectionHeaders(bytes, out fault),
        _ => TakeNames(bytes, out fault),
    };

    private bool TakeHeader(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        if (!HeaderRules.TryDecode(bytes, out _header, out fault)
            || !_requirements.AcceptsHeader(_header, out fault))
        {
            return false;
        }

        _layout = ElfLayout.Of(_header.Class);
        if (!HeaderRules.NeedsFirstSection(_header))
        {
            ForgetMissingSections();
            return BeginProgramHeaders(out fault);
        }

        if (!HeaderRules.CheckFirstSection(_header, _fileBytes, out fault))
        {
            return false;
        }

        _stage = Stage.FirstSection;
        Needed = new(_header.SectionHeadersOffsetBytes, (ulong)_layout.SectionHeaderBytes);
        return true;
    }

    private void ForgetMissingSections()
    {
        if (!HeaderRules.HasSectionHeaders(_header))
        {
            _header = _header with { SectionHeaderCount = 0, NameTableIndex = 0 };
        }
    }

    private bool TakeFirstSection(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        ElfSection first = SectionRules.Decode(Fields(bytes), _layout, 0);
        ulong sectionCount = _header.SectionHeaderCount == 0 ? first.SizeBytes : _header.SectionHeaderCount;
        if (sectionCount > MaxSectionHeaders)
        {
            fault = TooMany(
                ElfRule.TooManySectionHeaders,
                _layout.SectionSizeAt,
                MaxSectionHeaders,
                sectionCount,
                "section headers");
            return false;
        }

        uint segmentCount =
            _header.ProgramHeaderCount == ElfLayout.Extended ? first.TypeSpecific : _header.ProgramHeaderCount;
        if (segmentCount > MaxProgramHeaders)
        {
            fault = TooMany(
                ElfRule.TooManyProgramHeaders,
                _layout.SectionTypeSpecificAt,
                MaxProgramHeaders,
                segmentCount,
                "program headers");
            return false;
        }

        _header = _header with
        {
            ProgramHeaderCount = segmentCount,
            SectionHeaderCount = (uint)sectionCount,
            NameTableIndex = _header.NameTableIndex == ElfLayout.Extended ? first.Link : _header.NameTableIndex,
        };
        return BeginProgramHeaders(out fault);
    }

    private ElfFault TooMany(ElfRule rule, int fieldAt, ulong limit, ulong actual, string what)
        => new(
            rule,
            SectionRules.FieldOffset(_header, 0, fieldAt),
            limit,
            actual,
            $"section 0 says that there are {actual} {what}, the limit is {limit}");

    private bool BeginProgramHeaders(out ElfFault fault)
    {
        if (!HeaderRules.CheckProgramHeaders(_header, _fileBytes, out fault)
            || !HeaderRules.CheckSectionHeaders(_header, _fileBytes, out fault))
        {
            return false;
        }

        _segments = Allocate<ElfSegment>(_header.ProgramHeaderCount);
        return ContinueProgramHeaders(out fault);
    }

    private bool ContinueProgramHeaders(out ElfFault fault)
    {
        if (NeedEntries(
            Stage.ProgramHeaders, _header.ProgramHeadersOffsetBytes, _segments.Length, _layout.ProgramHeaderBytes))
        {
            fault = default;
            return true;
        }

        return _requirements.AcceptsSegments(_header, _segments, out fault) && BeginSectionHeaders(out fault);
    }

    private bool TakeProgramHeaders(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        for (; !bytes.IsEmpty; bytes = bytes[_layout.ProgramHeaderBytes..])
        {
            ref ElfSegment segment = ref _segments[_done];
            segment = SegmentRules.Decode(Fields(bytes), _layout, _done);
            if (!SegmentRules.Check(segment, _header, _fileBytes, out fault))
            {
                return false;
            }

            _done++;
        }

        return ContinueProgramHeaders(out fault);
    }

    private bool BeginSectionHeaders(out ElfFault fault)
    {
        _sections = Allocate<ElfSection>(_header.SectionHeaderCount);
        _done = 0;
        return ContinueSectionHeaders(out fault);
    }

    private bool ContinueSectionHeaders(out ElfFault fault)
    {
        if (NeedEntries(
            Stage.SectionHeaders, _header.SectionHeadersOffsetBytes, _sections.Length, _layout.SectionHeaderBytes))
        {
            fault = default;
            return true;
        }

        return BeginNames(out fault);
    }

    private bool TakeSectionHeaders(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        for (; !bytes.IsEmpty; bytes = bytes[_layout.SectionHeaderBytes..])
        {
            ref ElfSection section = ref _sections[_done];
            section = SectionRules.Decode(Fields(bytes), _layout, _done);
            if (!SectionRules.Check(section, _header, _fileBytes, out fault))
            {
                return false;
            }

            _done++;
        }

        return ContinueSectionHeaders(out fault);
    }

    private bool BeginNames(out ElfFault fault)
    {
        fault = default;
        if (_header.NameTableIndex == 0)
        {
            Complete();
            return true;
        }

        if (_header.NameTableIndex >= (uint)_sections.Length)
        {
            fault = new(
                ElfRule.NameTableIndex,
                (ulong)_layout.NameTableIndexAt,
                (ulong)_sections.Length,
                _header.NameTableIndex,
                $"section {_header.NameTableIndex} shall hold the section names, the file has {_sections.Length}");
            return false;
        }

        ElfSection table = _sections[_header.NameTableIndex];
        if (!SectionRules.CheckNameTable(_header, table, out fault))
        {
            return false;
        }

        _names = Allocate<byte>((uint)table.SizeBytes);
        _done = 0;
        return ContinueNames(out fault);
    }

    private bool ContinueNames(out ElfFault fault)
    {
        if (NeedEntries(Stage.Names, _sections[_header.NameTableIndex].OffsetBytes, _names.Length, 1))
        {
            fault = default;
            return true;
        }

        if (!SectionRules.TryResolveNames(_sections, _names, _header, out fault))
        {
            return false;
        }

        Complete();
        return true;
    }

    private bool TakeNames(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        bytes.CopyTo(_names.AsSpan(_done));
        _done += bytes.Length;
        return ContinueNames(out fault);
    }

    private void Complete()
    {
        _stage = Stage.Complete;
        Needed = default;
        _names = [];
        _image = new(
            _fileBytes,
            _header,
            ImmutableCollectionsMarshal.AsImmutableArray(_segments),
            ImmutableCollectionsMarshal.AsImmutableArray(_sections));
    }

    /// <summary>Asks for the next entries of a table, as many as fit in one piece; false when it has them all.
    /// </summary>
    private bool NeedEntries(Stage stage, ulong tableOffset, int count, int entryBytes)
    {
        int wanted = Math.Min(count - _done, MaxNeededBytes / entryBytes);
        _stage = stage;
        Needed = new(tableOffset + ((ulong)_done * (ulong)entryBytes), (ulong)(wanted * entryBytes));
        return wanted != 0;
    }

    private ElfFields Fields(ReadOnlySpan<byte> bytes) => new(bytes, _header.Class, _header.ByteOrder);

    private static T[] Allocate<T>(uint count) => count == 0 ? [] : new T[count];
}
