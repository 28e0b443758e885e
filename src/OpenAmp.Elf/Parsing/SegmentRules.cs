// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What a program header must keep so that loading it is safe (gABI, chapter 5, Program Header).</summary>
internal static class SegmentRules
{
    public static ElfSegment Decode(ElfFields fields, ElfLayout layout, int index) => new()
    {
        Index = index,
        Type = (ElfSegmentType)fields.Word(ElfLayout.SegmentTypeAt),
        Flags = (ElfSegmentFlags)fields.Word(layout.SegmentFlagsAt),
        OffsetBytes = fields.Native(layout.SegmentOffsetAt),
        FileBytes = fields.Native(layout.SegmentFileBytesAt),
        MemoryBytes = fields.Native(layout.SegmentMemoryBytesAt),
        VirtualAddress = fields.Native(layout.SegmentVirtualAddressAt),
        PhysicalAddress = fields.Native(layout.SegmentPhysicalAddressAt),
        AlignmentBytes = fields.Native(layout.SegmentAlignmentAt),
    };

    /// <summary>Whether a segment's bytes are in the file and its memory in the address space.</summary>
    /// <remarks>Only a loadable one may not have more bytes in the file than in memory: the notes of a core dump have
    /// none in memory.</remarks>
    public static bool Check(in ElfSegment segment, in ElfHeader header, ulong fileBytes, out ElfFault fault)
    {
        fault = default;
        if (segment.Type == ElfSegmentType.Null)
        {
            return true;
        }

        var layout = ElfLayout.Of(header.Class);
        ulong at = header.ProgramHeadersOffsetBytes + ((ulong)segment.Index * (ulong)layout.ProgramHeaderBytes);
        if (segment.FileBytes != 0 && !segment.FileRange.IsWithin(fileBytes))
        {
            fault = new(
                ElfRule.SegmentOutsideFile,
                at + (ulong)layout.SegmentOffsetAt,
                fileBytes,
                segment.OffsetBytes,
                $"segment {segment.Index} needs {segment.FileBytes} bytes at offset 0x{segment.OffsetBytes:x}, the "
                    + $"file has {fileBytes} bytes: it is cut short, or its header is damaged");
            return false;
        }

        return segment.Type != ElfSegmentType.Load || CheckLoad(segment, header.Class, at, out fault);
    }

    private static bool CheckLoad(in ElfSegment segment, ElfClass elfClass, ulong at, out ElfFault fault)
    {
        fault = default;
        var layout = ElfLayout.Of(elfClass);
        if (segment.FileBytes > segment.MemoryBytes)
        {
            fault = new(
                ElfRule.SegmentLargerThanMemory,
                at + (ulong)layout.SegmentFileBytesAt,
                segment.MemoryBytes,
                segment.FileBytes,
                $"segment {segment.Index} has {segment.FileBytes} bytes in the file and {segment.MemoryBytes} in "
                    + "memory, where they must fit");
            return false;
        }

        ulong virtualAt = at + (ulong)layout.SegmentVirtualAddressAt;
        ulong physicalAt = at + (ulong)layout.SegmentPhysicalAddressAt;
        return CheckAddress(segment, segment.VirtualAddress, elfClass, virtualAt, out fault)
            && CheckAddress(segment, segment.PhysicalAddress, elfClass, physicalAt, out fault);
    }

    private static bool CheckAddress(
        in ElfSegment segment, ulong address, ElfClass elfClass, ulong at, out ElfFault fault)
    {
        fault = default;
        ulong last = elfClass == ElfClass.Elf64 ? ulong.MaxValue : uint.MaxValue;

        // An address is never above the last one, so there is no wrap on this side.
        if (segment.MemoryBytes == 0 || segment.MemoryBytes - 1 <= last - address)
        {
            return true;
        }

        fault = new(
            ElfRule.SegmentAddressWraps,
            at,
            last,
            address,
            $"segment {segment.Index} needs {segment.MemoryBytes} bytes at address 0x{address:x}, the last address is "
                + $"0x{last:x}");
        return false;
    }
}
