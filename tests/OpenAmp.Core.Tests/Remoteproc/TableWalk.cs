// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Core.Tests.Remoteproc;

/// <summary>Reads whatever can be read of a table, through every verb, as far as each lets it.</summary>
/// <remarks>The spans are exact: a read past the table is an exception, and so a red test.</remarks>
internal static class TableWalk
{
    public static ResourceTableError Run(ReadOnlySpan<byte> table, out int visitedCount)
    {
        visitedCount = 0;
        if (!ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out ResourceTableFault fault))
        {
            CheckFault(table, fault);
            return fault.Error;
        }

        for (int i = 0; i < reader.EntryCount; i++)
        {
            if (reader.TryGetEntry(i, out ResourceEntry entry, out ResourceTableFault entryFault))
            {
                visitedCount++;
                ReadAllWays(entry);
            }
            else
            {
                CheckFault(table, entryFault);
            }
        }

        if (!reader.TryValidateNotifyIds(out ResourceTableFault idFault))
        {
            CheckFault(table, idFault);
        }

        if (reader.TryFindVdev(0, out ResourceVdev vdev, out _))
        {
            ReadVdev(vdev);
        }

        if (!reader.TryValidate(out fault))
        {
            CheckFault(table, fault);
        }

        return fault.Error;
    }

    private static void ReadAllWays(ResourceEntry entry)
    {
        bool known = entry.TryReadCarveout(out CarveoutEntry carveout, out _) && carveout.Name.Bytes.Length <= 32;
        known |= entry.TryReadDevmem(out DevmemEntry devmem, out _) && devmem.Name.Bytes.Length <= 32;
        known |= entry.TryReadTrace(out TraceEntry trace, out _) && trace.Name.Bytes.Length <= 32;
        known |= entry.TryReadVendor(out _, out ReadOnlySpan<byte> body, out _) && Sum(body) >= 0;
        known |= entry.TryReadVdev(out ResourceVdev vdev, out _) && ReadVdev(vdev) >= 0;
        Require(entry.Kind != ResourceKind.Unknown || !known);
        Require(known || entry.Kind == ResourceKind.Unknown || !entry.TryValidate(out _));
        Require(Sum(entry.Bytes) >= 0);
    }

    private static long ReadVdev(ResourceVdev vdev)
    {
        int count = 0;
        while (vdev.TryGetVring(count, out VringEntry vring))
        {
            Require(vring.EntryCount is > 0 and <= 32768 && vring.AlignmentBytes != 0);
            count++;
        }

        Require(count == vdev.VringCount);
        return Sum(vdev.ConfigSpace);
    }

    private static long Sum(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        foreach (byte value in bytes)
        {
            sum += value;
        }

        return sum;
    }

    private static void CheckFault(ReadOnlySpan<byte> table, ResourceTableFault fault)
        => Require(fault.Error != ResourceTableError.None && fault.OffsetBytes <= (uint)table.Length);

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("A verb of the reader broke its promise on this table.");
        }
    }
}
