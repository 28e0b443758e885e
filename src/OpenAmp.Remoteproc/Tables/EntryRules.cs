// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Trace;

namespace OpenAmp.Remoteproc;

/// <summary>Rules about entries as such: type, place, name, length.</summary>
internal static class EntryRules
{
    public static void Check(ResourceTable table, LintReport report)
    {
        CheckTable(table, report);
        foreach (TableResource entry in table.Entries)
        {
            CheckKind(entry, report);
        }

        foreach (TraceResource trace in table.Traces)
        {
            CheckTrace(trace, report);
        }

        foreach (ParametersResource block in table.Parameters)
        {
            CheckParameters(block, report);
        }

        CheckNames(table, report);
    }

    private static void CheckTable(ResourceTable table, LintReport report)
    {
        if (table.Entries.Count == 0)
        {
            report.Add("RSC033", 4, $"the table has no entry. Expected at least one: is it the right table?");
        }

        if (table.FormatVersion == ResourceTable.WideVersion)
        {
            report.Add(
                "RSC064",
                0,
                "the version is 2. "
                + "Expected 1: Linux and the C library refuse every other. Give them a table of their own.");
        }
        else if (table.Entries.Count > 0 && table.Entries[^1] is VendorResource last)
        {
            report.Add(
                "RSC062",
                last.OffsetBytes,
                $"{last} is the last one. "
                + "Expected another entry after it: Linux before 6.1.192 fails to boot otherwise.");
        }

        foreach (ProcessorStateResource extra in table.Entries.OfType<ProcessorStateResource>().Skip(1))
        {
            report.Add(
                "RSC100",
                extra.OffsetBytes,
                $"{extra} is not the first. "
                + "Expected one: hosts look at the first.");
        }
    }

    private static void CheckKind(TableResource entry, LintReport report)
    {
        if (entry.OffsetBytes % 4 != 0)
        {
            report.Add(
                "RSC030",
                entry.OffsetBytes,
                $"{entry} starts at 0x{entry.OffsetBytes:x}. "
                + "Expected a multiple of 4: some processors fault otherwise.");
        }

        if (entry is UnknownResource)
        {
            string rule = entry.IsRequired ? "RSC032" : "RSC031";
            report.Add(
                rule,
                entry.OffsetBytes,
                $"{entry} is not known. "
                + "Expected a known type: correct it, or make the item optional where it may be skipped.");
        }

        (ulong length, uint at) = entry switch
        {
            CarveoutResource carveout => (carveout.LengthBytes, At(entry, 12, 32)),
            DevmemResource devmem => (devmem.LengthBytes, At(entry, 12, 32)),
            _ => (1UL, 0u),
        };
        if (length == 0)
        {
            report.Add("RSC040", at, $"{entry} has length 0. Expected more: say how much memory it is.");
        }

        if (entry is DevmemResource && !report.Options.HasIommu)
        {
            report.Add(
                "RSC063",
                entry.OffsetBytes,
                $"{entry} asks for a mapping. Expected an IOMMU before the processor: without one remove the entry.");
        }
    }

    private static void CheckTrace(TraceResource trace, LintReport report)
    {
        bool isAnywhere = trace.Address == ResourceAddress.Any64;
        if (trace.LengthBytes == 0)
        {
            report.Add(
                "RSC085",
                At(trace, 8, 24),
                $"{trace} has no length. Expected that of the buffer the firmware writes to.");
        }

        if (isAnywhere)
        {
            report.Add(
                "RSC087",
                At(trace, 4, 16),
                $"{trace} leaves its address to the host. Expected the buffer the firmware writes to: other hosts look "
                + "for it at 0xffffffff.");
        }

        bool fits = trace.LengthBytes >= FlipFlopTraceLayout.MinLengthBytes
            && (isAnywhere || trace.Address % FlipFlopTraceLayout.AlignmentBytes == 0);
        if (trace.Method == TraceMethod.FlipFlop && !fits)
        {
            report.Add(
                "RSC086",
                At(trace, 4, 16),
                $"{trace} has 0x{trace.LengthBytes:x} bytes at 0x{trace.Address:x}. "
                + $"Expected at least {FlipFlopTraceLayout.MinLengthBytes} bytes on a multiple of "
                + $"{FlipFlopTraceLayout.AlignmentBytes}: a control block and two halves must fit.");
        }
    }

    private static void CheckParameters(ParametersResource block, LintReport report)
    {
        ReadOnlySpan<byte> value = block.Value.Span;
        bool right = value.IsEmpty
            || (ParametersResource.TryEncode(block.ReadPairs(), out byte[] again) && value.SequenceEqual(again));
        if (block.Format == ParametersFormat.KeyValues && !right)
        {
            report.Add(
                "RSC102",
                block.OffsetBytes + 56,
                $"{block} holds other bytes. Expected texts \"key=value\" in UTF-8, each ended by a NUL, or format 0.");
        }
    }

    private static void CheckNames(ResourceTable table, LintReport report)
    {
        HashSet<(ResourceKind, string)> seen = [];
        foreach (TableResource entry in table.Entries)
        {
            (string? name, uint at) = entry switch
            {
                CarveoutResource carveout => (carveout.Name, At(entry, 24, 48)),
                DevmemResource devmem => (devmem.Name, At(entry, 24, 48)),
                TraceResource trace => (trace.Name, At(entry, 16, 48)),
                ParametersResource block => (block.Name, At(entry, 0, 24)),
                _ => (null, 0u),
            };
            if (name is null)
            {
                continue;
            }

            if (!table.Bytes.Span.Slice((int)at, ResourceName.SizeBytes).Contains((byte)0))
            {
                report.Add(
                    "RSC080",
                    at,
                    $"{entry} has a name of 32 bytes. "
                    + "Expected a NUL among them: readers in C run past it. Shorten it.");
            }

            if (name.Length > 0 && !seen.Add((entry.Kind, name)))
            {
                report.Add(
                    "RSC081",
                    at,
                    $"{entry} repeats a name. "
                    + "Expected a name of its own: hosts look things up by it.");
            }
        }
    }

    private static uint At(TableResource entry, uint narrowOffset, uint wideOffset)
        => entry.OffsetBytes
            + (entry.Table.FormatVersion == ResourceTable.WideVersion ? wideOffset : narrowOffset);
}
