// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Lays out descriptions as a version 1 table.</summary>
internal static class NarrowLayout
{
    public static byte[] LayOut(IReadOnlyList<ResourceDescription> entries)
    {
        DescriptionCheck.Count(entries);
        int headLength = ResourceTableHeader.SizeBytes + (entries.Count * ResourceTableHeader.OffsetSizeBytes);
        byte[] table = new byte[headLength];
        MemoryMarshal.Write(
            table,
            new ResourceTableHeader
            {
                Version = ResourceTableHeader.SupportedVersion,
                EntryCount = (uint)entries.Count,
            });
        int end = headLength;
        for (int i = 0; i < entries.Count; i++)
        {
            var check = new DescriptionCheck(i, entries[i]);
            byte[] bytes = Encode(entries[i], check);
            long start = entries[i].OffsetBytes ?? ((end + 3L) & ~3L);
            check.Require(
                start <= ResourceTableReader.MaxLengthBytes - bytes.Length,
                $"ends at byte {start + bytes.Length}",
                $"the table to end by byte {ResourceTableReader.MaxLengthBytes}");
            end = (int)start + bytes.Length;
            if (end > table.Length)
            {
                Array.Resize(ref table, end);
            }

            bytes.CopyTo(table.AsSpan((int)start));
            int slot = ResourceTableHeader.SizeBytes + (i * ResourceTableHeader.OffsetSizeBytes);
            MemoryMarshal.Write(table.AsSpan(slot), (uint)start);
        }

        return table;
    }

    private static byte[] Encode(ResourceDescription description, DescriptionCheck check)
    {
        check.Require(description.Required is null, "says whether it is required", "no such word in version 1");
        return description switch
        {
            CarveoutDescription carveout => BytesOf(new CarveoutEntry
            {
                Type = ResourceType.Carveout,
                Address = check.Address(carveout.Address, "address"),
                PhysicalAddress = check.Address(carveout.PhysicalAddress, "physical address"),
                LengthBytes = check.Word(carveout.LengthBytes, "length"),
                Flags = carveout.Flags,
                Name = check.Name(carveout.Name),
            }),
            DevmemDescription devmem => BytesOf(new DevmemEntry
            {
                Type = ResourceType.Devmem,
                Address = check.Address(devmem.Address, "address"),
                PhysicalAddress = check.Address(devmem.PhysicalAddress, "physical address"),
                LengthBytes = check.Word(devmem.LengthBytes, "length"),
                Flags = devmem.Flags,
                Name = check.Name(devmem.Name),
            }),
            TraceDescription trace => EncodeTrace(trace, check),
            VdevDescription vdev => EncodeVdev(vdev, check),
            VendorDescription vendor => EncodeVendor(vendor, check),
            UnknownDescription unknown => EncodeUnknown(unknown, check),
            _ => throw check.Error("is of a kind that only version 2 has", "a kind of version 1"),
        };
    }

    private static byte[] EncodeTrace(TraceDescription trace, DescriptionCheck check)
    {
        check.Require(
            trace is { Method: TraceMethod.PlainText, NotifyId: 0 },
            "has a method or a notify id",
            "plain text, which is all that version 1 knows");
        return BytesOf(new TraceEntry
        {
            Type = ResourceType.Trace,
            Address = check.Address(trace.Address, "address"),
            LengthBytes = check.Word(trace.LengthBytes, "length"),
            Name = check.Name(trace.Name),
        });
    }

    private static byte[] EncodeVdev(VdevDescription vdev, DescriptionCheck check)
    {
        check.Require(vdev.Buffers is null, "says where its buffers lie", "no such words in version 1");
        check.VringCount(vdev);
        var head = new VdevEntry
        {
            Type = ResourceType.Vdev,
            DeviceId = vdev.DeviceId,
            NotifyId = vdev.NotifyId,
            DeviceFeatures = check.Word(vdev.DeviceFeatures, "device feature set"),
            DriverFeatures = check.Word(vdev.DriverFeatures, "driver feature set"),
            ConfigLengthBytes = (uint)vdev.ConfigSpace.Length,
            Status = (VirtioStatus)vdev.Status,
            VringCount = (byte)vdev.Vrings.Count,
        };
        var vrings = new VringEntry[vdev.Vrings.Count];
        for (int i = 0; i < vrings.Length; i++)
        {
            vrings[i] = new VringEntry
            {
                Address = check.Address(vdev.Vrings[i].Address, $"address of vring {i}"),
                AlignmentBytes = vdev.Vrings[i].AlignmentBytes,
                EntryCount = vdev.Vrings[i].EntryCount,
                NotifyId = vdev.Vrings[i].NotifyId,
            };
        }

        return
        [
            .. BytesOf(head),
            .. MemoryMarshal.AsBytes<VringEntry>(vrings),
            .. vdev.ConfigSpace.Span,
        ];
    }

    private static byte[] EncodeVendor(VendorDescription vendor, DescriptionCheck check)
    {
        check.Kind(vendor.Type, ResourceEntry.KindOf((ResourceType)vendor.Type), ResourceKind.Vendor);
        var head = new VendorEntry { Type = (ResourceType)vendor.Type, LengthBytes = (uint)vendor.Body.Length };
        return [.. BytesOf(head), .. vendor.Body.Span];
    }

    private static byte[] EncodeUnknown(UnknownDescription unknown, DescriptionCheck check)
    {
        check.Kind(unknown.Type, ResourceEntry.KindOf((ResourceType)unknown.Type), ResourceKind.Unknown);
        check.Require(unknown.ItemVersion == 0, "has an item version", "no such word in version 1");
        return [.. BitConverter.GetBytes(unknown.Type), .. unknown.Body.Span];
    }

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged
        => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
