// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Describes a table so that its description gives back its bytes.</summary>
internal static class TableDescriber
{
    // Differing bytes this close are one patch.
    private const int PatchGapBytes = 4;

    public static ResourceTableDocument Describe(ResourceTable table)
    {
        bool isWide = table.FormatVersion == ResourceTable.WideVersion;
        var document = new ResourceTableDocument
        {
            Version = table.FormatVersion,
            Entries = [.. table.Entries.Select(entry => Describe(entry, isWide))],
        };
        if (!isWide)
        {
            SetOffsets(document.Entries, table);
        }

        byte[] plain = document.LayOut();
        ReadOnlySpan<byte> wanted = table.Bytes.Span;
        document.LengthBytes = wanted.Length > plain.Length ? wanted.Length : 0;
        Array.Resize(ref plain, wanted.Length);
        List<BytePatch> patches = FindPatches(plain, wanted);
        document.Patches = patches.Count == 0 ? null : patches;
        return document;
    }

    private static void SetOffsets(IReadOnlyList<ResourceDescription> descriptions, ResourceTable table)
    {
        long end = ResourceTableHeader.SizeBytes + (table.Entries.Count * (long)ResourceTableHeader.OffsetSizeBytes);
        for (int i = 0; i < descriptions.Count; i++)
        {
            TableResource entry = table.Entries[i];
            descriptions[i].OffsetBytes = ((end + 3) & ~3L) == entry.OffsetBytes ? null : entry.OffsetBytes;
            end = entry.OffsetBytes + LengthOf(entry);
        }
    }

    private static long LengthOf(TableResource entry) => entry switch
    {
        CarveoutResource => CarveoutEntry.SizeBytes,
        DevmemResource => DevmemEntry.SizeBytes,
        TraceResource => TraceEntry.SizeBytes,
        VdevResource vdev => vdev.VringFieldOffset(vdev.Vrings.Count, 0, 0) + vdev.ConfigLengthBytes,
        VendorResource vendor => VendorEntry.SizeBytes + vendor.Body.Length,
        _ => entry.EntryLengthBytes,
    };

    private static ResourceDescription Describe(TableResource entry, bool isWide)
    {
        ResourceDescription description = entry switch
        {
            CarveoutResource carveout => new CarveoutDescription
            {
                Name = NameOf(carveout.NameField),
                Address = carveout.Address,
                PhysicalAddress = carveout.PhysicalAddress,
                LengthBytes = carveout.LengthBytes,
                Flags = carveout.Flags,
            },
            DevmemResource devmem => new DevmemDescription
            {
                Name = NameOf(devmem.NameField),
                Address = devmem.Address,
                PhysicalAddress = devmem.PhysicalAddress,
                LengthBytes = devmem.LengthBytes,
                Flags = devmem.Flags,
            },
            TraceResource trace => new TraceDescription
            {
                Name = NameOf(trace.NameField),
                Address = trace.Address,
                LengthBytes = trace.LengthBytes,
                Method = trace.Method,
                NotifyId = trace.RawNotifyId,
            },
            VdevResource vdev => DescribeVdev(vdev),
            VendorResource vendor => new VendorDescription { Type = (uint)vendor.Type, Body = vendor.Body.ToArray() },
            ParametersResource block => DescribeParameters(block),
            ProcessorStateResource state => new ProcessorStateDescription
            {
                NotifyId = state.NotifyId,
                HeartbeatPeriodMilliseconds = (uint)state.HeartbeatPeriod.TotalMilliseconds,
            },
            _ => new UnknownDescription
            {
                Type = (uint)entry.Type,
                Body = ((UnknownResource)entry).Body.ToArray(),
                ItemVersion = isWide ? (ushort)entry.ItemVersion : (ushort)0,
            },
        };
        description.Required = isWide && entry.IsRequired != description.IsRequiredByDefault ? entry.IsRequired : null;
        return description;
    }

    private static VdevDescription DescribeVdev(VdevResource vdev) => new()
    {
        DeviceId = vdev.DeviceId,
        NotifyId = vdev.NotifyId,
        DeviceFeatures = vdev.DeviceFeatures,
        DriverFeatures = vdev.DriverFeatures,
        Status = (byte)vdev.Status,
        ConfigSpace = vdev.ConfigSpace.ToArray(),
        Vrings = [.. vdev.Vrings.Select(vring => new VringDescription
        {
            Address = vring.Address,
            AlignmentBytes = vring.AlignmentBytes,
            EntryCount = vring.EntryCount,
            NotifyId = vring.NotifyId,
        })],
        Buffers = vdev.Buffers is not { } buffers ? null : new VdevBuffersDescription
        {
            Address = buffers.Address,
            LengthBytes = buffers.LengthBytes,
            ToDriverBufferBytes = buffers.ToDriverBufferBytes,
            ToDriverBufferCount = buffers.ToDriverBufferCount,
            ToDeviceBufferBytes = buffers.ToDeviceBufferBytes,
            ToDeviceBufferCount = buffers.ToDeviceBufferCount,
        },
    };

    private static ParametersDescription DescribeParameters(ParametersResource block)
    {
        IReadOnlyList<KeyValuePair<string, string>> pairs = block.ReadPairs();
        bool asValues = block.Format == ParametersFormat.KeyValues
            && pairs.DistinctBy(pair => pair.Key).Count() == pairs.Count
            && pairs.All(pair => pair.Key.Length > 0)
            && ParametersResource.Encode(pairs).AsSpan().SequenceEqual(block.Value.Span);
        return new ParametersDescription
        {
            Name = NameOf(block.NameField),
            CapacityBytes = block.CapacityBytes == block.Value.Length ? 0 : block.CapacityBytes,
            Values = asValues ? new Dictionary<string, string>(pairs) : null,
            Format = asValues ? default : block.Format,
            Bytes = asValues ? default : block.Value.ToArray(),
        };
    }

    // A name that is no UTF-8, or has no NUL, is shown as well as it can be; its bytes then come from a patch.
    private static string NameOf(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        ReadOnlySpan<byte> bytes = end < 0 ? field[..^1] : field[..end];
        string name = Encoding.UTF8.GetString(bytes);
        return Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(bytes) ? name : Encoding.ASCII.GetString(bytes);
    }

    private static List<BytePatch> FindPatches(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> wanted)
    {
        List<BytePatch> patches = [];
        for (int at = 0; at < wanted.Length; at++)
        {
            if (plain[at] == wanted[at])
            {
                continue;
            }

            int end = at + 1;
            for (int i = end; i < wanted.Length && i - end < PatchGapBytes; i++)
            {
                end = plain[i] == wanted[i] ? end : i + 1;
            }

            patches.Add(new BytePatch { OffsetBytes = (uint)at, Bytes = wanted[at..end].ToArray() });
            at = end;
        }

        return patches;
    }
}
