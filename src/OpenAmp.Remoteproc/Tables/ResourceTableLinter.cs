// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Remoteproc;

/// <summary>Looks for what will go wrong with a resource table, before a processor is started with it.</summary>
/// <remarks>
/// It collects: one run reports everything it can see. While a table's structure is wrong (rules up to RSC024) nothing
/// further is looked at, for nobody knows then where things are. Time and memory are bounded by the table's length,
/// whatever its bytes.
/// </remarks>
public static class ResourceTableLinter
{
    /// <summary>Most findings of one run; what a hostile table has beyond them is left out.</summary>
    public const int MaxDiagnosticCount = 1000;

    /// <summary>Looks at a table.</summary>
    /// <param name="table">The table's bytes, right or wrong.</param>
    /// <param name="options">What may be assumed; <see langword="null"/> is the default.</param>
    /// <returns>What was found, by place; empty when nothing was.</returns>
    public static IReadOnlyList<ResourceTableDiagnostic> Lint(
        ReadOnlySpan<byte> table,
        ResourceTableLintOptions? options = null)
    {
        var report = new LintReport(options ?? new ResourceTableLintOptions(), table.Length);
        CheckStructure(table, report);
        if (!report.HasFaults && ResourceTable.TryParse(table, out ResourceTable? parsed, out _))
        {
            EntryRules.Check(parsed, report);
            VdevRules.Check(parsed, report);
            RegionRules.Check(parsed, report);
        }

        PlacementRules.Check(table.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(table) : 0, report);
        return [.. report.Diagnostics.OrderBy(found => found.OffsetBytes).ThenBy(found => found.RuleId)];
    }

    private static void CheckStructure(ReadOnlySpan<byte> table, LintReport report)
    {
        if (table.Length > ResourceTableReader.MaxLengthBytes)
        {
            report.Add(new ResourceTableFault(ResourceTableError.TableTooLong, 0, (uint)table.Length));
        }
        else if (ResourceItemReader.TryCreate(table, out ResourceItemReader items, out ResourceTableFault fault))
        {
            for (int i = 0; items.TryGetItem(i, out ResourceItem item); i++)
            {
                AddUnless(item.TryValidate(out fault), fault, report);
            }
        }
        else if (fault.Error != ResourceTableError.UnsupportedVersion)
        {
            report.Add(fault);
        }
        else
        {
            CheckNarrow(table, report);
        }
    }

    private static void CheckNarrow(ReadOnlySpan<byte> table, LintReport report)
    {
        if (!ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out ResourceTableFault fault))
        {
            report.Add(fault);
            return;
        }

        for (int i = 0; i < reader.EntryCount; i++)
        {
            bool right = reader.TryGetEntry(i, out ResourceEntry entry, out fault) && entry.TryValidate(out fault);
            AddUnless(right, fault, report);
        }
    }

    private static void AddUnless(bool right, ResourceTableFault fault, LintReport report)
    {
        if (!right)
        {
            report.Add(fault);
        }
    }
}
