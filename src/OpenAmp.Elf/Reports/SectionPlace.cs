// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>Which sections belong to which segment, though an ELF file says so nowhere: by their places in the file
/// and in memory.</summary>
internal static class SectionPlace
{
    public static bool IsIn(in ElfSection section, in ElfSegment segment)
    {
        if (section.Index == 0 || section.Type == ElfSectionType.Null || IsThreadLocalZero(section, segment))
        {
            return false;
        }

        return Agree(section, segment)
            && (section.Type == ElfSectionType.NoBits
                || IsWithin(section.OffsetBytes, section.SizeBytes, segment.OffsetBytes, segment.FileBytes))
            && (!section.IsAllocated
                || IsWithin(section.Address, section.SizeBytes, segment.VirtualAddress, segment.MemoryBytes))
            && !IsEmptyAtEdge(section, segment);
    }

    /// <summary>Thread-local zeros take memory in each thread, not in the segment around their template.</summary>
    private static bool IsThreadLocalZero(in ElfSection section, in ElfSegment segment)
        => IsThreadLocal(section)
            && section.Type == ElfSectionType.NoBits
            && segment.Type != ElfSegmentType.ThreadLocal;

    private static bool IsThreadLocal(in ElfSection section) => (section.Flags & ElfSectionFlags.ThreadLocal) != 0;

    /// <summary>Whether a segment of this type can hold a section with these attributes.</summary>
    private static bool Agree(in ElfSection section, in ElfSegment segment)
    {
        bool canHold = IsThreadLocal(section)
            ? segment.Type is ElfSegmentType.ThreadLocal
                or ElfSegmentType.GnuReadOnlyAfterRelocation
                or ElfSegmentType.Load
            : segment.Type is not (ElfSegmentType.ThreadLocal or ElfSegmentType.ProgramHeaders);
        bool needsMemory = segment.Type is ElfSegmentType.Load
            or ElfSegmentType.Dynamic
            or ElfSegmentType.GnuExceptionFrame
            or ElfSegmentType.GnuStack
            or ElfSegmentType.GnuReadOnlyAfterRelocation;
        return canHold && (section.IsAllocated || !needsMemory);
    }

    /// <summary>Whether a range lies within another; an empty one at its end does not, unless both are empty.</summary>
    private static bool IsWithin(ulong start, ulong length, ulong outerStart, ulong outerLength)
        => start >= outerStart
            && (outerLength == 0 || start - outerStart < outerLength)
            && new ElfRange(start - outerStart, length).IsWithin(outerLength);

    /// <summary>An empty section at the edge of notes or of what the dynamic linker reads is not one of them.</summary>
    private static bool IsEmptyAtEdge(in ElfSection section, in ElfSegment segment)
        => segment.Type is ElfSegmentType.Dynamic or ElfSegmentType.Note
            && section.SizeBytes == 0
            && segment.MemoryBytes != 0
            && !(IsInnerPlace(section, segment));

    private static bool IsInnerPlace(in ElfSection section, in ElfSegment segment)
        => (section.Type == ElfSectionType.NoBits
                || IsInner(section.OffsetBytes, segment.OffsetBytes, segment.FileBytes))
            && (!section.IsAllocated || IsInner(section.Address, segment.VirtualAddress, segment.MemoryBytes));

    private static bool IsInner(ulong at, ulong start, ulong length) => at > start && at - start < length;
}
