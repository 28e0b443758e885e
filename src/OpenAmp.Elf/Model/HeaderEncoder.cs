// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>Writes headers as <see cref="HeaderRules"/>, <see cref="SegmentRules"/> and <see cref="SectionRules"/>
/// read them.</summary>
internal static class HeaderEncoder
{
    /// <summary>Writes an ELF header. Its counts must fit 16 bits.</summary>
    public static void Write(Span<byte> bytes, in ElfHeader header)
    {
        var layout = ElfLayout.Of(header.Class);
        ElfFieldWriter fields = new(bytes, header.Class, header.ByteOrder);
        HeaderRules.Magic.CopyTo(bytes);
        fields.Byte(ElfLayout.ClassAt, (byte)header.Class);
        fields.Byte(ElfLayout.ByteOrderAt, (byte)header.ByteOrder);
        fields.Byte(ElfLayout.IdentificationVersionAt, header.IdentificationVersion);
        fields.Byte(ElfLayout.OsAbiAt, header.OsAbi);
        fields.Byte(ElfLayout.OsAbiVersionAt, header.OsAbiVersion);
        fields.Half(ElfLayout.TypeAt, (ushort)header.Type);
        fields.Half(ElfLayout.MachineAt, (ushort)header.Machine);
        fields.Word(ElfLayout.VersionAt, header.Version);
        fields.Native(ElfLayout.EntryPointAt, header.EntryPoint);
        fields.Native(layout.ProgramHeadersAt, header.ProgramHeadersOffsetBytes);
        fields.Native(layout.SectionHeadersAt, header.SectionHeadersOffsetBytes);
        fields.Word(layout.HeaderFlagsAt, header.Flags);
        fields.Half(layout.HeaderSizeAt, header.HeaderBytes);
        fields.Half(layout.ProgramHeaderSizeAt, header.ProgramHeaderBytes);
        fields.Half(layout.ProgramHeaderCountAt, (ushort)header.ProgramHeaderCount);
        fields.Half(layout.SectionHeaderSizeAt, header.SectionHeaderBytes);
        fields.Half(layout.SectionHeaderCountAt, (ushort)header.SectionHeaderCount);
        fields.Half(layout.NameTableIndexAt, (ushort)header.NameTableIndex);
    }

    public static void Write(Span<byte> bytes, in ElfSegment segment, in ElfHeader header)
    {
        var layout = ElfLayout.Of(header.Class);
        ElfFieldWriter fields = new(bytes, header.Class, header.ByteOrder);
        fields.Word(ElfLayout.SegmentTypeAt, (uint)segment.Type);
        fields.Word(layout.SegmentFlagsAt, (uint)segment.Flags);
        fields.Native(layout.SegmentOffsetAt, segment.OffsetBytes);
        fields.Native(layout.SegmentVirtualAddressAt, segment.VirtualAddress);
        fields.Native(layout.SegmentPhysicalAddressAt, segment.PhysicalAddress);
        fields.Native(layout.SegmentFileBytesAt, segment.FileBytes);
        fields.Native(layout.SegmentMemoryBytesAt, segment.MemoryBytes);
        fields.Native(layout.SegmentAlignmentAt, segment.AlignmentBytes);
    }

    public static void Write(Span<byte> bytes, in ElfSection section, in ElfHeader header)
    {
        var layout = ElfLayout.Of(header.Class);
        ElfFieldWriter fields = new(bytes, header.Class, header.ByteOrder);
        fields.Word(ElfLayout.SectionNameAt, section.NameOffsetBytes);
        fields.Word(ElfLayout.SectionTypeAt, (uint)section.Type);
        fields.Native(ElfLayout.SectionFlagsAt, (ulong)section.Flags);
        fields.Native(layout.SectionAddressAt, section.Address);
        fields.Native(layout.SectionOffsetAt, section.OffsetBytes);
        fields.Native(layout.SectionSizeAt, section.SizeBytes);
        fields.Word(layout.SectionLinkAt, section.Link);
        fields.Word(layout.SectionTypeSpecificAt, section.TypeSpecific);
        fields.Native(layout.SectionAlignmentAt, section.AlignmentBytes);
        fields.Native(layout.SectionEntryBytesAt, section.EntryBytes);
    }
}
