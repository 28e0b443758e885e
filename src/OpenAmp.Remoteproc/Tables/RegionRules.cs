// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Rules about where in the remote's memory things are.</summary>
internal static class RegionRules
{
    private enum Use
    {
        Carveout,
        Vring,
        Buffers,
        Trace,
    }

    public static void Check(ResourceTable table, LintReport report)
    {
        List<Piece> all = [.. PiecesOf(table)];
        foreach (Piece piece in all)
        {
            CheckFixed(piece, report);
        }

        List<Piece> placed = [.. all.Where(piece => !piece.IsAnywhere && piece.LengthBytes > 0)];
        bool wraps = false;
        foreach (Piece piece in placed)
        {
            wraps |= !CheckEnd(piece, table, report);
        }

        if (!wraps)
        {
            placed.ForEach(piece => CheckPlace(piece, report));
            CheckOverlaps(placed, report);
        }
    }

    private static IEnumerable<Piece> PiecesOf(ResourceTable table)
    {
        bool isWide = table.FormatVersion == ResourceTable.WideVersion;
        foreach (CarveoutResource carveout in table.Carveouts)
        {
            uint at = carveout.OffsetBytes + (isWide ? 16u : 4u);
            yield return new(
                Use.Carveout, carveout.ToString(), carveout.Name, carveout.Address, carveout.LengthBytes, at);
        }

        foreach (VdevResource vdev in table.Vdevs)
        {
            foreach (VringResource vring in vdev.Vrings)
            {
                string name = $"vdev{vdev.Ordinal}vring{vring.Index}";
                ulong length = LengthOf(vring);
                yield return new(Use.Vring, vring.ToString(), name, vring.Address, length, vring.OffsetBytes);
            }

            if (vdev.Buffers is { LengthBytes: > 0 } buffers)
            {
                string name = $"vdev{vdev.Ordinal}buffer";
                uint at = vdev.OffsetBytes + 48;
                yield return new(
                    Use.Buffers, $"{vdev}, buffers", name, buffers.Address, buffers.LengthBytes, at);
            }
        }

        foreach (TraceResource trace in table.Traces)
        {
            uint at = trace.OffsetBytes + (isWide ? 16u : 4u);
            yield return new(Use.Trace, trace.ToString(), trace.Name, trace.Address, trace.LengthBytes, at);
        }
    }

    private static ulong LengthOf(VringResource vring)
        => QueueSize.TryCreate(vring.EntryCount, out QueueSize size)
            && VringLayout.TryCreate(size, vring.AlignmentBytes, out VringLayout layout)
                ? layout.SizeBytes
                : 0;

    private static void CheckFixed(Piece piece, LintReport report)
    {
        bool isReserved = report.Options.Memory.Any(
            region => region.Name == piece.Name && IsInside(piece, region.Address, region.LengthBytes));
        bool isPlaceable = piece.Use is Use.Carveout or Use.Vring;
        if (isPlaceable && piece.IsAnywhere)
        {
            report.Add(
                "RSC048",
                piece.At,
                $"{piece.Who} is left to the host. Expected an address: the C library takes 0xffffffff for one.");
        }
        else if (isPlaceable && !isReserved)
        {
            report.Add(
                piece.Use == Use.Carveout ? "RSC046" : "RSC047",
                piece.At,
                $"{piece.Who} is at 0x{piece.Address:x}. "
                + $"Expected 0xffffffff, or memory of the name '{piece.Name}' reserved there: Linux allocates "
                + "elsewhere and leaves the address as it is.");
        }
    }

    private static bool CheckEnd(Piece piece, ResourceTable table, LintReport report)
    {
        ulong largest = table.FormatVersion == ResourceTable.WideVersion ? ulong.MaxValue : uint.MaxValue;
        bool fits = piece.LengthBytes - 1 <= largest - piece.Address;
        if (!fits)
        {
            report.Add(
                "RSC041",
                piece.At,
                $"{piece.Who} has 0x{piece.LengthBytes:x} bytes at 0x{piece.Address:x}. "
                + $"Expected an end at or below 0x{largest:x}.");
        }

        return fits;
    }

    private static void CheckPlace(Piece piece, LintReport report)
    {
        IReadOnlyList<TableRegion> memory = report.Options.Memory;
        if (memory.Count > 0 && !memory.Any(region => IsInside(piece, region.Address, region.LengthBytes)))
        {
            string known = string.Join(
                ", ",
                memory.Select(region => $"{region.Name} (0x{region.LengthBytes:x} bytes at 0x{region.Address:x})"));
            report.Add(
                "RSC042",
                piece.At,
                $"{piece} lies outside the memory there is. "
                + $"Expected it inside one of {known}.");
        }

        if (piece.Use == Use.Carveout || report.Options.Placement is not { } placement)
        {
            return;
        }

        if (placement.Address is { } table && Overlaps(piece, table, (ulong)report.TableLengthBytes))
        {
            report.Add(
                "RSC045",
                piece.At,
                $"{piece} lies over the resource table at 0x{table:x}. Expected memory of its own: move one of them.");
        }

        foreach (TableSegment segment in placement.Segments)
        {
            if (piece.Use != Use.Trace && Overlaps(piece, segment.Address, segment.FileBytes))
            {
                report.Add(
                    "RSC094",
                    piece.At,
                    $"{piece} lies over a segment of 0x{segment.FileBytes:x} bytes loaded at 0x{segment.Address:x}. "
                    + "Expected memory of its own.");
            }
        }
    }

    // By address, so that each piece is compared with those that start inside it, and with no other: a hostile table
    // has thousands of vrings. What lies wholly inside a carveout is what the carveout is for.
    private static void CheckOverlaps(List<Piece> pieces, LintReport report)
    {
        List<Piece> sorted = [.. pieces.OrderBy(piece => piece.Address)];
        for (int i = 0; i < sorted.Count && !report.IsFull; i++)
        {
            for (int j = i + 1; j < sorted.Count && sorted[j].Address <= sorted[i].Last && !report.IsFull; j++)
            {
                bool inOrder = sorted[i].At <= sorted[j].At;
                (Piece first, Piece second) = inOrder ? (sorted[i], sorted[j]) : (sorted[j], sorted[i]);
                if (!Holds(first, second) && !Holds(second, first))
                {
                    report.Add(
                        "RSC043",
                        second.At,
                        $"{second} overlaps {first}. Expected them apart: move one of them.");
                }
            }
        }
    }

    private static bool Holds(Piece carveout, Piece other)
        => carveout.Use == Use.Carveout && other.Use != Use.Carveout
            && IsInside(other, carveout.Address, carveout.LengthBytes);

    private static bool IsInside(Piece piece, ulong address, ulong lengthBytes)
        => piece.Address >= address && piece.Address - address <= lengthBytes
            && piece.LengthBytes <= lengthBytes - (piece.Address - address);

    private static bool Overlaps(Piece piece, ulong address, ulong lengthBytes)
        => piece.LengthBytes > 0 && lengthBytes > 0
            && (piece.Address >= address
                ? piece.Address - address < lengthBytes
                : address - piece.Address < piece.LengthBytes);

    private sealed record Piece(Use Use, string Who, string Name, ulong Address, ulong LengthBytes, uint At)
    {
        // No piece that is placed wraps, and none is empty.
        public ulong Last => Address + LengthBytes - 1;

        public bool IsAnywhere => Address == ResourceAddress.Any64;

        public override string ToString() => $"{Who} (0x{LengthBytes:x} bytes at 0x{Address:x})";
    }
}
