// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Everything that reads a resource table's bytes, in both versions.</summary>
/// <remarks>
/// <para>For every input: nothing throws. A fault has an offset within the table or at its end; so has each finding of
/// the linter, which finds an error exactly when the table does not parse. Core's readers and the model agree. What the
/// scanner finds lies in the input and parses.</para>
/// <para>A table that parses keeps its bytes, also through JSON; what is set is read back, and it stays a table.</para>
/// </remarks>
public static class TableTarget
{
    public static void Run(ReadOnlySpan<byte> bytes)
    {
        bool isParsed = ResourceTable.TryParse(bytes, out ResourceTable? table, out ResourceTableFault fault);
        ThrowUnless(isParsed || fault.Error != ResourceTableError.None, "a table that does not parse has a fault");
        ThrowUnless(isParsed || fault.OffsetBytes <= (uint)bytes.Length, $"a fault lies in the table: {Text(fault)}");
        RunCore(bytes, isParsed);
        RunLinter(bytes, isParsed);
        RunScanner(bytes);
        if (table is not null)
        {
            ThrowUnless(table.Bytes.Span.SequenceEqual(bytes), "a table keeps its bytes");
            RunJson(table, bytes);
            RunSetters(table);
            RunLive(table);
            _ = table.Clone();
        }
    }

    private static string Text(ResourceTableFault fault) => $"{fault.Error} at 0x{fault.OffsetBytes:x}: {fault.Actual}";

    private static void RunCore(ReadOnlySpan<byte> bytes, bool isParsed)
    {
        bool isNarrow = ResourceTableReader.TryCreate(
            bytes, out ResourceTableReader reader, out ResourceTableFault fault);
        ThrowUnless(isNarrow || fault.OffsetBytes <= (uint)bytes.Length, $"a fault lies in the table: {Text(fault)}");
        bool isWide = ResourceItemReader.TryCreate(bytes, out ResourceItemReader items, out fault);
        ThrowUnless(isWide || fault.OffsetBytes <= (uint)bytes.Length, $"a fault lies in the table: {Text(fault)}");
        ThrowUnless(!isNarrow || !isWide, "a table has one version");
        bool isValid = isNarrow ? IsValid(reader, bytes.Length) : isWide && IsValid(items, bytes.Length);
        ThrowUnless(isParsed == isValid, "the model takes what Core takes");
    }

    private static bool IsValid(ResourceTableReader reader, int lengthBytes)
    {
        bool isValid = true;
        for (int i = 0; i < reader.EntryCount; i++)
        {
            bool isEntry = reader.TryGetEntry(i, out ResourceEntry entry, out ResourceTableFault fault)
                && entry.TryValidate(out fault);
            isValid &= isEntry;
            ThrowUnless(isEntry || fault.OffsetBytes <= (uint)lengthBytes, $"a fault lies in it: {Text(fault)}");
            _ = entry.TryReadVendor(out _, out _, out _);
            _ = reader.TryFindVdev(i, out ResourceVdev vdev, out _);
            ThrowUnless(vdev.ConfigSpace.Length <= lengthBytes, "a configuration space lies in the table");
            _ = vdev.TryGetVring(vdev.VringCount - 1, out _);
        }

        _ = reader.TryValidateNotifyIds(out _);
        ThrowUnless(!reader.TryValidate(out _) || isValid, "a valid table has valid entries");
        return isValid;
    }

    private static bool IsValid(ResourceItemReader reader, int lengthBytes)
    {
        bool isValid = true;
        for (int i = 0; reader.TryGetItem(i, out ResourceItem item); i++)
        {
            bool isItem = item.TryValidate(out ResourceTableFault fault);
            isValid &= isItem;
            ThrowUnless(isItem || fault.OffsetBytes <= (uint)lengthBytes, $"a fault lies in it: {Text(fault)}");
            _ = reader.TryFindVdev(i, out ResourceItemVdev vdev, out _);
            ThrowUnless(vdev.ConfigSpace.Length <= lengthBytes, "a configuration space lies in the table");
            _ = vdev.TryGetVring(vdev.VringCount - 1, out _);
        }

        ThrowUnless(!reader.TryValidate(out _) || isValid, "a valid table has valid items");
        return isValid;
    }

    private static void RunLinter(ReadOnlySpan<byte> bytes, bool isParsed)
    {
        IReadOnlyList<ResourceTableDiagnostic> findings = ResourceTableLinter.Lint(bytes, s_lintOptions);
        bool hasError = false;
        foreach (ResourceTableDiagnostic finding in findings)
        {
            hasError |= finding.Severity == ResourceTableSeverity.Error;
            ThrowUnless(finding.OffsetBytes <= (uint)bytes.Length, $"a finding lies in the table: {finding}");
            ThrowUnless(finding.ToString().Length > 0 && finding.RuleId.Length > 0, "a finding has a rule and a text");
        }

        ThrowUnless(isParsed || hasError, "what does not parse has an error");
    }

    private static readonly ResourceTableLintOptions s_lintOptions = new()
    {
        Peers = (ResourceTablePeers)int.MaxValue & (ResourceTablePeers.Linux | ResourceTablePeers.ThisLibrary),
        Memory = [new TableRegion("ram", 0x1000_0000, 0x10000)],
        Placement = new TablePlacement
        {
            FileOffsetBytes = 0x100,
            Address = 0x1000_0000,
            Segments = [new TableSegment(0x1000_0000, 0x100, 0x1000, 0x2000)],
        },
    };

    private static void RunScanner(ReadOnlySpan<byte> bytes)
    {
        foreach (Range range in ResourceTableScanner.FindAll(bytes))
        {
            ThrowUnless(ResourceTable.TryParse(bytes[range], out _, out _), "what the scanner finds parses");
        }
    }

    private static void RunJson(ResourceTable table, ReadOnlySpan<byte> bytes)
    {
        string json = ResourceTableDocument.FromTable(table).ToJson();
        byte[] again = ResourceTableDocument.Parse(json).ToBytes();
        ThrowUnless(again.AsSpan().SequenceEqual(bytes), "JSON gives back the table's bytes");
    }

    private static void RunSetters(ResourceTable table)
    {
        foreach (TableResource resource in table.Entries)
        {
            ThrowUnless(resource.ToString()!.Length > 0, "an entry says what it is");
            switch (resource)
            {
                case CarveoutResource carveout:
                    carveout.Address = 0x1234_5678;
                    carveout.PhysicalAddress = carveout.Address;
                    carveout.LengthBytes = uint.MaxValue;
                    ThrowUnless(carveout.Address == 0x1234_5678 && carveout.LengthBytes == uint.MaxValue, "it is set");
                    break;
                case DevmemResource devmem:
                    devmem.Address = devmem.PhysicalAddress = 0x1000;
                    ThrowUnless(devmem.Address == 0x1000 && devmem.PhysicalAddress == 0x1000, "it is set");
                    break;
                case TraceResource trace:
                    trace.Address = 0x2000;
                    ThrowUnless(trace.TrySetNotifyId(7) == (trace.NotifyId == 7), "it is set when there is one");
                    break;
                case VdevResource vdev:
                    SetVdev(vdev);
                    break;
                case VendorResource vendor:
                    vendor.SetBody(vendor.Body.Span.ToArray());
                    break;
                case ParametersResource parameters:
                    parameters.SetValue(parameters.Value.Span.ToArray());
                    _ = parameters.ReadPairs();
                    break;
                case ProcessorStateResource state:
                    state.NotifyId = 9;
                    ThrowUnless(state.NotifyId == 9 && state.HeartbeatPeriod >= TimeSpan.Zero, "it is set");
                    break;
            }
        }
    }

    private static void SetVdev(VdevResource vdev)
    {
        vdev.NotifyId = 3;
        ThrowUnless(vdev.NotifyId == 3 && vdev.ConfigSpace.Length == vdev.ConfigLengthBytes, "it is set");
        foreach (VringResource vring in vdev.Vrings)
        {
            vring.Address = ResourceAddress.Any64;
            vring.NotifyId = (uint)vring.Index;
            ThrowUnless(vring.IsAnywhere && vring.NotifyId == (uint)vring.Index, "it is set");
        }

        if (vdev.Buffers is { } buffers)
        {
            buffers.Address = ulong.MaxValue - 1;
            buffers.LengthBytes = ulong.MaxValue;
            ThrowUnless(buffers.LengthBytes == ulong.MaxValue && !buffers.IsAnywhere, "it is set");
        }
    }

    private static unsafe void RunLive(ResourceTable table)
    {
        byte[] shared = GC.AllocateUninitializedArray<byte>(table.LengthBytes, pinned: true);
        table.Bytes.CopyTo(shared);
        fixed (byte* start = shared)
        {
            // SAFETY: the array is pinned while the region is in use.
            var region = new SharedRegion(start, (ulong)shared.Length, new DeviceAddress(0x1000));
            foreach (VdevResource vdev in table.Vdevs)
            {
                try
                {
                    _ = vdev.CreateLive(region);
                }
                catch (ArgumentException)
                {
                    ThrowUnless(vdev.OffsetBytes % 4 != 0, "registers at a multiple of 4 are found");
                }
            }
        }
    }
}
