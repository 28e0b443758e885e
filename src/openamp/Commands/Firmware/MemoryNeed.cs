// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Adds up the memory that firmware needs: what is loaded, and what its table asks for.</summary>
internal static class MemoryNeed
{
    /// <summary>Reports the memory by address. What overlaps counts once.</summary>
    public static MemoryNeedReport Of(FirmwarePart part)
    {
        ResourceTable? table = part.Table.Bytes is { } bytes
            && ResourceTable.TryParse(bytes.Span, out ResourceTable? parsed, out _) ? parsed : null;
        List<MemoryUse> uses = [.. Fixed(part, table).OrderBy(use => use.Address)];
        return new(
            Sum(part.LoadableSegments.Select(segment => segment.MemoryBytes)),
            Union(uses),
            table is null ? 0 : Sum(Anywhere(table)),
            [.. uses.Select(use => new MemoryRangeReport(Quantity.Hex(use.Address), use.LengthBytes, use.Name))]);
    }

    /// <summary>All memory that has an address already: segments, and what the table names.</summary>
    public static IEnumerable<MemoryUse> Fixed(FirmwarePart part, ResourceTable? table)
    {
        foreach (ElfSegment segment in part.LoadableSegments)
        {
            yield return new(segment.PhysicalAddress, segment.MemoryBytes, FormattableString.Invariant(
                $"segment {segment.Index} ({ElfWord.Flags(segment.Flags)})"));
        }

        foreach (MemoryUse use in table is null ? [] : Fixed(table))
        {
            yield return use;
        }
    }

    private static IEnumerable<MemoryUse> Fixed(ResourceTable table)
    {
        foreach (CarveoutResource carveout in table.Carveouts.Where(carveout => !carveout.IsAnywhere))
        {
            yield return new(carveout.Address, carveout.LengthBytes, $"carveout '{SafeText.Of(carveout.Name)}'");
        }

        foreach (TraceResource trace in table.Traces.Where(trace => trace.Address != ResourceAddress.Any64))
        {
            yield return new(trace.Address, trace.LengthBytes, $"trace '{SafeText.Of(trace.Name)}'");
        }

        foreach (VdevResource vdev in table.Vdevs)
        {
            foreach (VringResource vring in vdev.Vrings.Where(vring => !vring.IsAnywhere && vring.Address != 0))
            {
                yield return new(vring.Address, RingBytes(vring), FormattableString.Invariant(
                    $"vdev {vdev.Ordinal} vring {vring.Index}"));
            }

            if (vdev.Buffers is { IsAnywhere: false, LengthBytes: > 0 } buffers)
            {
                yield return new(buffers.Address, buffers.LengthBytes, FormattableString.Invariant(
                    $"vdev {vdev.Ordinal} buffers"));
            }
        }
    }

    private static IEnumerable<ulong> Anywhere(ResourceTable table) =>
    [
        .. table.Carveouts.Where(carveout => carveout.IsAnywhere).Select(carveout => carveout.LengthBytes),
        .. table.Vdevs.SelectMany(vdev => vdev.Vrings).Where(vring => vring.IsAnywhere).Select(RingBytes),
        .. table.Vdevs.Select(vdev => vdev.Buffers is { IsAnywhere: true } buffers ? buffers.LengthBytes : 0),
    ];

    // VIRTIO 1.3, section 2.7.2: the used ring begins at the next multiple of the alignment.
    private static ulong RingBytes(VringResource vring)
    {
        ulong alignment = Math.Max(1, vring.AlignmentBytes);
        ulong available = (16UL * vring.EntryCount) + (2UL * (3 + vring.EntryCount));
        return (available + alignment - 1) / alignment * alignment + 6 + (8UL * vring.EntryCount);
    }

    private static ulong Sum(IEnumerable<ulong> lengths)
        => lengths.Aggregate(0UL, (sum, length) => sum > ulong.MaxValue - length ? ulong.MaxValue : sum + length);

    private static ulong Union(List<MemoryUse> uses)
    {
        ulong sum = 0;
        ulong end = 0;
        foreach (MemoryUse use in uses)
        {
            ulong last = use.Address + Math.Min(use.LengthBytes, ulong.MaxValue - use.Address);
            sum += last > end ? last - Math.Max(end, use.Address) : 0;
            end = Math.Max(end, last);
        }

        return sum;
    }
}
