// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>Where the fields of a class's structures are, in bytes, and how long the structures are (gABI, chapters 4
/// and 5: Elf32_Ehdr and Elf64_Ehdr, and so on). Fields at the same place in both classes are constants.</summary>
internal sealed class ElfLayout
{
    public const int ClassAt = 4;
    public const int ByteOrderAt = 5;
    public const int IdentificationVersionAt = 6;
    public const int OsAbiAt = 7;
    public const int OsAbiVersionAt = 8;
    public const int IdentificationBytes = 16;
    public const int TypeAt = 16;
    public const int MachineAt = 18;
    public const int VersionAt = 20;
    public const int EntryPointAt = 24;

    public const int SegmentTypeAt = 0;

    public const int SectionNameAt = 0;
    public const int SectionTypeAt = 4;
    public const int SectionFlagsAt = 8;

    public const int SymbolNameAt = 0;

    /// <summary>A count of 16 bits that says: the real one is in section 0 (PN_XNUM, SHN_XINDEX).</summary>
    public const ushort Extended = 0xffff;

    /// <summary>The first section number that 16 bits cannot name (SHN_LORESERVE).</summary>
    public const ushort FirstReservedSection = 0xff00;

    public static readonly ElfLayout Elf32 = new()
    {
        HeaderBytes = 52,
        ProgramHeadersAt = 28,
        SectionHeadersAt = 32,
        HeaderFlagsAt = 36,
        ProgramHeaderBytes = 32,
        SegmentFlagsAt = 24,
        SegmentOffsetAt = 4,
        SegmentVirtualAddressAt = 8,
        SegmentPhysicalAddressAt = 12,
        SegmentFileBytesAt = 16,
        SegmentMemoryBytesAt = 20,
        SegmentAlignmentAt = 28,
        SectionHeaderBytes = 40,
        SectionAddressAt = 12,
        SectionOffsetAt = 16,
        SectionSizeAt = 20,
        SectionLinkAt = 24,
        SectionAlignmentAt = 32,
        SectionEntryBytesAt = 36,
        SymbolBytes = 16,
        SymbolValueAt = 4,
        SymbolSizeAt = 8,
        SymbolKindAt = 12,
        SymbolSectionAt = 14,
    };

    public static readonly ElfLayout Elf64 = new()
    {
        HeaderBytes = 64,
        ProgramHeadersAt = 32,
        SectionHeadersAt = 40,
        HeaderFlagsAt = 48,
        ProgramHeaderBytes = 56,
        SegmentFlagsAt = 4,
        SegmentOffsetAt = 8,
        SegmentVirtualAddressAt = 16,
        SegmentPhysicalAddressAt = 24,
        SegmentFileBytesAt = 32,
        SegmentMemoryBytesAt = 40,
        SegmentAlignmentAt = 48,
        SectionHeaderBytes = 64,
        SectionAddressAt = 16,
        SectionOffsetAt = 24,
        SectionSizeAt = 32,
        SectionLinkAt = 40,
        SectionAlignmentAt = 48,
        SectionEntryBytesAt = 56,
        SymbolBytes = 24,
        SymbolValueAt = 8,
        SymbolSizeAt = 16,
        SymbolKindAt = 4,
        SymbolSectionAt = 6,
    };

    public required int HeaderBytes { get; init; }
    public required int ProgramHeadersAt { get; init; }
    public required int SectionHeadersAt { get; init; }
    public required int HeaderFlagsAt { get; init; }
    public int HeaderSizeAt => HeaderFlagsAt + 4;
    public int ProgramHeaderSizeAt => HeaderFlagsAt + 6;
    public int ProgramHeaderCountAt => HeaderFlagsAt + 8;
    public int SectionHeaderSizeAt => HeaderFlagsAt + 10;
    public int SectionHeaderCountAt => HeaderFlagsAt + 12;
    public int NameTableIndexAt => HeaderFlagsAt + 14;

    public required int ProgramHeaderBytes { get; init; }
    public required int SegmentFlagsAt { get; init; }
    public required int SegmentOffsetAt { get; init; }
    public required int SegmentVirtualAddressAt { get; init; }
    public required int SegmentPhysicalAddressAt { get; init; }
    public required int SegmentFileBytesAt { get; init; }
    public required int SegmentMemoryBytesAt { get; init; }
    public required int SegmentAlignmentAt { get; init; }

    public required int SectionHeaderBytes { get; init; }
    public required int SectionAddressAt { get; init; }
    public required int SectionOffsetAt { get; init; }
    public required int SectionSizeAt { get; init; }
    public required int SectionLinkAt { get; init; }
    public int SectionTypeSpecificAt => SectionLinkAt + 4;
    public required int SectionAlignmentAt { get; init; }
    public required int SectionEntryBytesAt { get; init; }

    public required int SymbolBytes { get; init; }
    public required int SymbolValueAt { get; init; }
    public required int SymbolSizeAt { get; init; }
    public required int SymbolKindAt { get; init; }
    public required int SymbolSectionAt { get; init; }

    public static ElfLayout Of(ElfClass elfClass) => elfClass == ElfClass.Elf64 ? Elf64 : Elf32;
}
