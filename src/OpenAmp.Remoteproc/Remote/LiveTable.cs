// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Copies between a private table and the one in shared memory.</summary>
internal static class LiveTable
{
    /// <summary>Copies the shared table once and checks the copy.</summary>
    /// <exception cref="ResourceTableException">It is malformed.</exception>
    public static ResourceTable Read(SharedRegion region)
    {
        byte[] copy = new byte[checked((int)region.LengthBytes)];
        _ = ResourceTableReader.TryCopy(region, copy);
        var table = ResourceTable.Parse(copy);

        // What lies behind the table in the region is not ours: it is never written back.
        int length = LengthOf(table);
        return length < copy.Length ? ResourceTable.Parse(copy.AsSpan(0, length)) : table;
    }

    /// <summary>Copies a private table over the shared one.</summary>
    public static void Write(ResourceTable table, SharedRegion region)
        => _ = ResourceTableWriter.TryPublish(table.Bytes.Span, region);

    private static int LengthOf(ResourceTable table)
    {
        if (table.FormatVersion == ResourceTable.WideVersion)
        {
            // Its head says so, and was checked.
            return checked((int)MemoryMarshal.Read<ResourceItemTableHeader>(table.Bytes.Span).LengthBytes);
        }

        int end = ResourceTableHeader.SizeBytes + (ResourceTableHeader.OffsetSizeBytes * table.Entries.Count);
        foreach (TableResource entry in table.Entries)
        {
            // Of an unknown entry of version 1 nobody knows the length: it reaches to the end of what was read.
            end = entry is UnknownResource ? table.LengthBytes
                : Math.Max(end, checked((int)(entry.OffsetBytes + entry.EntryLengthBytes)));
        }

        return end;
    }
}
