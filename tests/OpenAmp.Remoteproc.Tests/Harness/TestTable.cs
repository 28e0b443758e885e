// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Makes version 1 tables with the core's writer.</summary>
internal sealed class TestTable
{
    private readonly List<Entry> _entries = [];

    private delegate bool Entry(ref ResourceTableWriter writer, out ResourceTableFault fault);

    /// <summary>One RPMsg device with two small rings that may lie anywhere.</summary>
    public static byte[] OneLink => new TestTable().Rpmsg().ToBytes();

    public TestTable Rpmsg(
        uint entryCount = 8,
        uint[]? addresses = null,
        uint[]? notifyIds = null,
        uint notifyId = NotifyId.Any,
        uint features = 1,
        byte status = 0)
        => Vdev(VdevEntry.RpmsgDeviceId, features, notifyId, Rings(2, entryCount, addresses, notifyIds), [], status);

    public TestTable Vdev(
        uint deviceId,
        uint features,
        uint notifyId,
        VringEntry[] vrings,
        byte[] config,
        byte status = 0)
    {
        var head = new VdevEntry
        {
            DeviceId = deviceId,
            DeviceFeatures = features,
            NotifyId = notifyId,
            Status = (OpenAmp.Virtio.VirtioStatus)status,
        };
        _entries.Add((ref ResourceTableWriter writer, out ResourceTableFault fault)
            => writer.TryAddVdev(head, vrings, config, out fault));
        return this;
    }

    public static VringEntry[] Rings(int count, uint entryCount, uint[]? addresses = null, uint[]? notifyIds = null)
        => [.. Enumerable.Range(0, count).Select(i => new VringEntry
        {
            Address = addresses?[i] ?? ResourceAddress.Any,
            AlignmentBytes = 16,
            EntryCount = entryCount,
            NotifyId = notifyIds?[i] ?? NotifyId.Any,
        })];

    public TestTable Carveout(string name, uint lengthBytes, uint address = ResourceAddress.Any)
    {
        var entry = new CarveoutEntry
        {
            Address = address,
            PhysicalAddress = ResourceAddress.Any,
            LengthBytes = lengthBytes,
            Name = NameOf(name),
        };
        _entries.Add((ref ResourceTableWriter writer, out ResourceTableFault fault)
            => writer.TryAddCarveout(entry, out fault));
        return this;
    }

    public TestTable Trace(string name, uint lengthBytes, uint address)
    {
        var entry = new TraceEntry { Address = address, LengthBytes = lengthBytes, Name = NameOf(name) };
        _entries.Add((ref ResourceTableWriter writer, out ResourceTableFault fault)
            => writer.TryAddTrace(entry, out fault));
        return this;
    }

    public TestTable Vendor(uint type, byte[] body)
    {
        _entries.Add((ref ResourceTableWriter writer, out ResourceTableFault fault)
            => writer.TryAddVendor((ResourceType)type, body, out fault));
        return this;
    }

    public TestTable Unknown(uint type, byte[] body)
    {
        _entries.Add((ref ResourceTableWriter writer, out ResourceTableFault fault)
            => writer.TryAddUnknown((ResourceType)type, body, out fault));
        return this;
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[8192];
        if (!ResourceTableWriter.TryCreate(bytes, _entries.Count, out ResourceTableWriter writer, out _))
        {
            throw new InvalidOperationException("No table.");
        }

        foreach (Entry entry in _entries)
        {
            if (!entry(ref writer, out ResourceTableFault fault))
            {
                throw new InvalidOperationException($"No entry: {fault.Error}.");
            }
        }

        return writer.TryComplete(out int length, out _) ? bytes[..length]
            : throw new InvalidOperationException("Not complete.");
    }

    private static ResourceName NameOf(string name)
        => ResourceName.TryCreate(Encoding.UTF8.GetBytes(name), out ResourceName field) ? field : default;
}
