// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Rules about where the table itself stands in its firmware.</summary>
internal static class PlacementRules
{
    public static void Check(uint version, LintReport report)
    {
        if (report.Options.Placement is not { } placement)
        {
            return;
        }

        ulong length = (ulong)report.TableLengthBytes;
        ulong alignment = version == ResourceTable.WideVersion ? (ulong)ResourceItemHead.AlignmentBytes : 4;
        if (placement.Address is { } misplaced && misplaced % alignment != 0)
        {
            report.Add(
                "RSC091",
                0,
                $"the table is at 0x{misplaced:x}. "
                + $"Expected a multiple of {alignment}: align its section.");
        }

        TableSegment? holder = null;
        foreach (TableSegment segment in placement.Segments)
        {
            if (placement.Address is { } address && Holds(segment, address, length))
            {
                holder ??= segment;
            }
        }

        if (holder is not { } found)
        {
            string where = placement.Address is { } outside ? $"at 0x{outside:x}" : "at no address";
            report.Add(
                "RSC090",
                0,
                $"the table is {where}, inside no loadable segment. "
                + "Expected it in one: the remote never sees what the host writes otherwise. Keep the section "
                + "allocated.");
        }
        else if (placement.FileOffsetBytes is { } fileOffset)
        {
            CheckCopy(placement.Address!.Value - found.Address, found, (ulong)fileOffset, length, report);
        }
    }

    private static void CheckCopy(
        ulong offset,
        TableSegment segment,
        ulong fileOffset,
        ulong length,
        LintReport report)
    {
        ulong loadedFrom = unchecked(segment.FileOffsetBytes + offset);
        if (offset > segment.FileBytes || length > segment.FileBytes - offset)
        {
            report.Add(
                "RSC092",
                0,
                "the table's place is zero-filled, not loaded from the file. "
                + "Expected its bytes there: the remote sees none.");
        }
        else if (loadedFrom != fileOffset)
        {
            report.Add(
                "RSC092",
                0,
                $"the table is read at file offset 0x{fileOffset:x}, but what is loaded at its address is at "
                + $"0x{loadedFrom:x}. Expected one table: remove the copy.");
        }
    }

    private static bool Holds(TableSegment segment, ulong address, ulong length)
        => address >= segment.Address && address - segment.Address <= segment.MemoryBytes
            && length <= segment.MemoryBytes - (address - segment.Address);
}
