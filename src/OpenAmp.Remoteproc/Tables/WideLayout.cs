// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Lays out descriptions as a version 2 table.</summary>
internal static class WideLayout
{
    public static byte[] LayOut(IReadOnlyList<ResourceDescription> entries)
    {
        DescriptionCheck.Count(entries);
        long room = ResourceItemTableHeader.SizeBytes + entries.Sum(RoomOf);
        if (room > 2 * ResourceTableReader.MaxLengthBytes)
        {
            throw new ResourceTableException(
                $"Resource table document, property $.entries: the entries need some {room} bytes. Expected at most "
                + $"{ResourceTableReader.MaxLengthBytes}.");
        }

        byte[] memory = new byte[room];
        ResourceItemWriter writer = ResourceItemWriter.TryCreate(memory, out ResourceItemWriter created, out _)
            ? created
            : throw new ResourceTableException("Resource table document: no room for a table's head.");
        for (int i = 0; i < entries.Count; i++)
        {
            var check = new DescriptionCheck(i, entries[i]);
            check.Require(entries[i].OffsetBytes is null, "says where it starts", "no such choice in version 2");
            if (!TryAdd(ref writer, entries[i], check, out ResourceTableFault fault))
            {
                throw check.Error(fault);
            }
        }

        _ = writer.TryComplete(out int lengthBytes, out _);
        return memory[..lengthBytes];
    }

    // More than any item needs: what is left over is cut off.
    private static long RoomOf(ResourceDescription description) => 128 + description switch
    {
        VdevDescription vdev => (vdev.Vrings.Count * (long)VringItem.SizeBytes) + vdev.ConfigSpace.Length,
        VendorDescription vendor => vendor.Body.Length,
        UnknownDescription unknown => unknown.Body.Length,
        ParametersDescription block => Math.Max(
            ValueOf(block).Length,
            Math.Clamp(block.CapacityBytes, 0, ResourceTableReader.MaxLengthBytes)),
        _ => 0,
    };

    private static bool TryAdd(
        ref ResourceItemWriter writer,
        ResourceDescription description,
        DescriptionCheck check,
        out ResourceTableFault fault)
    {
        ResourceItemHead head = HeadOf(description);
        switch (description)
        {
            case CarveoutDescription carveout:
                return writer.TryAddCarveout(CarveoutOf(carveout, head, check), out fault);
            case DevmemDescription devmem:
                return writer.TryAddDevmem(DevmemOf(devmem, head, check), out fault);
            case TraceDescription trace:
                return writer.TryAddTrace(TraceOf(trace, head, check), out fault);
            case VdevDescription vdev:
                check.VringCount(vdev);
                return writer.TryAddVdev(VdevOf(vdev, head), VringsOf(vdev), vdev.ConfigSpace.Span, out fault);
            case ParametersDescription block:
                return TryAddParameters(ref writer, block, head, check, out fault);
            case ProcessorStateDescription state:
                return writer.TryAddProcessorState(StateOf(state, head), out fault);
            case VendorDescription vendor:
                check.Kind(vendor.Type, ResourceItem.KindOf((ResourceType)vendor.Type), ResourceKind.Vendor);
                return writer.TryAddOther(head with { Type = (ResourceType)vendor.Type }, vendor.Body.Span, out fault);
            case UnknownDescription unknown:
                check.Require(IsUnknown(unknown), "is of a known type and version", "its own kind");
                return writer.TryAddOther(head, unknown.Body.Span, out fault);
            default:
                throw check.Error("is of a kind this library does not write", "a kind of the document");
        }
    }

    private static ResourceItemHead HeadOf(ResourceDescription description) => new()
    {
        Type = description is UnknownDescription { Type: uint type } ? (ResourceType)type : default,
        Version = description is UnknownDescription { ItemVersion: > 0 and ushort version }
            ? version
            : ResourceItem.SupportedVersion,
        Priority = description.IsRequired ? ResourcePriority.Required : ResourcePriority.Optional,
    };

    private static bool IsUnknown(UnknownDescription unknown)
        => unknown.ItemVersion > ResourceItem.SupportedVersion
            || ResourceItem.KindOf((ResourceType)unknown.Type) == ResourceKind.Unknown;

    private static CarveoutItem CarveoutOf(CarveoutDescription from, ResourceItemHead head, DescriptionCheck check)
        => new()
        {
            Head = head,
            Address = from.Address,
            PhysicalAddress = from.PhysicalAddress,
            LengthBytes = from.LengthBytes,
            Flags = from.Flags,
            Name = check.Name(from.Name),
        };

    private static DevmemItem DevmemOf(DevmemDescription from, ResourceItemHead head, DescriptionCheck check) => new()
    {
        Head = head,
        Address = from.Address,
        PhysicalAddress = from.PhysicalAddress,
        LengthBytes = from.LengthBytes,
        Flags = from.Flags,
        Name = check.Name(from.Name),
    };

    private static TraceItem TraceOf(TraceDescription from, ResourceItemHead head, DescriptionCheck check) => new()
    {
        Head = head,
        Address = from.Address,
        LengthBytes = from.LengthBytes,
        Method = from.Method,
        NotifyId = from.NotifyId,
        Name = check.Name(from.Name),
    };

    private static ProcessorStateItem StateOf(ProcessorStateDescription from, ResourceItemHead head) => new()
    {
        Head = head,
        NotifyId = from.NotifyId,
        HeartbeatPeriodMilliseconds = from.HeartbeatPeriodMilliseconds,
    };

    private static VdevItem VdevOf(VdevDescription from, ResourceItemHead head)
    {
        VdevBuffersDescription buffers = from.Buffers ?? new VdevBuffersDescription();
        return new VdevItem
        {
            Head = head,
            DeviceId = from.DeviceId,
            NotifyId = from.NotifyId,
            DeviceFeatures = from.DeviceFeatures,
            DriverFeatures = from.DriverFeatures,
            Status = (VirtioStatus)from.Status,
            Buffers = new VdevBufferLayout
            {
                Address = buffers.Address,
                LengthBytes = buffers.LengthBytes,
                ToDriverBufferBytes = buffers.ToDriverBufferBytes,
                ToDriverBufferCount = buffers.ToDriverBufferCount,
                ToDeviceBufferBytes = buffers.ToDeviceBufferBytes,
                ToDeviceBufferCount = buffers.ToDeviceBufferCount,
            },
        };
    }

    private static VringItem[] VringsOf(VdevDescription vdev)
        => [.. vdev.Vrings.Select(vring => new VringItem
        {
            Address = vring.Address,
            AlignmentBytes = vring.AlignmentBytes,
            EntryCount = vring.EntryCount,
            NotifyId = vring.NotifyId,
        })];

    private static bool TryAddParameters(
        ref ResourceItemWriter writer,
        ParametersDescription block,
        ResourceItemHead head,
        DescriptionCheck check,
        out ResourceTableFault fault)
    {
        byte[] value = ValueOf(block);
        int capacity = block.CapacityBytes == 0 ? value.Length : block.CapacityBytes;
        check.Require(block.Values is null || block.Bytes.IsEmpty, "has values and bytes", "one of the two");
        check.Require(
            value.Length <= capacity && capacity <= ResourceTableReader.MaxLengthBytes,
            $"needs {value.Length} bytes and has room for {capacity}",
            $"a capacity from {value.Length} to {ResourceTableReader.MaxLengthBytes}");
        var item = new ParametersItem
        {
            Head = head,
            Format = block.Values is null ? block.Format : ParametersFormat.KeyValues,
            Name = check.Name(block.Name),
        };
        return writer.TryAddParameters(item, value, (uint)capacity, out fault);
    }

    private static byte[] ValueOf(ParametersDescription block)
        => block.Values is null ? block.Bytes.ToArray() : ParametersResource.Encode(block.Values);
}
