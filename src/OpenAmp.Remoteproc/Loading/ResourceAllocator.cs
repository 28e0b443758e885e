// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Gives a table's entries what they ask for, in table order, and writes it into the table.</summary>
/// <remarks>First what has a fixed address, so that nothing that may lie anywhere takes its place; then the rest
/// (FW_RSC_ADDR_ANY). When one entry cannot be served, everything is given back.</remarks>
internal sealed class ResourceAllocator(
    string processorName,
    RemoteProcessorDriver driver,
    MemoryMap memory,
    RemoteProcessorOptions options)
{
    private readonly RpmsgVdevDriver _rpmsg = new(options.Rpmsg);
    private readonly ResourceAllocation _allocation = new(memory);

    /// <summary>Serves a whole table.</summary>
    /// <param name="table">The table; it is changed.</param>
    /// <param name="segments">Where the image's segments go, so that nothing else goes there.</param>
    /// <param name="tablePlace">Where the live table goes, for the same reason.</param>
    /// <exception cref="FirmwareException">An entry cannot be served; nothing is taken then.</exception>
    public ResourceAllocation Allocate(
        ResourceTable? table,
        IReadOnlyList<SharedRegion> segments,
        SharedRegion? tablePlace)
    {
        try
        {
            TableResource[] entries = [.. (table?.Entries ?? []).Where(IsOurs)];
            foreach (CarveoutResource carveout in entries.OfType<CarveoutResource>().Where(c => !c.IsAnywhere))
            {
                Place(carveout);
            }

            for (int i = 0; i < segments.Count; i++)
            {
                ReserveUnlessInside($"segment {i}", segments[i]);
            }

            if (tablePlace is { } live)
            {
                ReserveUnlessInside("resource table", live);
            }

            PlaceRings(entries, areAnywhere: false);
            foreach (CarveoutResource carveout in entries.OfType<CarveoutResource>().Where(c => c.IsAnywhere))
            {
                Place(carveout);
            }

            if (table is not null)
            {
                NotifyIds.Assign(table, options.NotifyIds);
                PlaceRings(entries, areAnywhere: true);
                PlaceVdevs(entries);
                PlaceTraces(entries);
            }

            return _allocation;
        }
        catch (MemoryMapException error)
        {
            _allocation.Free();
            throw new FirmwareException($"Processor '{processorName}' has no room for its firmware: "
                + $"{error.Message}", error);
        }
        catch
        {
            _allocation.Free();
            throw;
        }
    }

    private bool IsOurs(TableResource entry)
        => driver.Decide(entry) switch
        {
            ResourceDecision.Handled => false,
            ResourceDecision.Refused => throw new FirmwareException($"{entry} at table offset "
                + $"0x{entry.OffsetBytes:x} is refused by the driver of processor '{processorName}'."),
            _ => IsKnown(entry),
        };

    private bool IsKnown(TableResource entry)
    {
        if (entry is not (UnknownResource or VendorResource or DevmemResource))
        {
            return true;
        }

        if (entry is not DevmemResource
            && (options.UnknownResources == UnknownResourcePolicy.Refuse || entry.IsRequired))
        {
            throw new FirmwareException($"{entry} of type {(uint)entry.Type} at table offset 0x{entry.OffsetBytes:x} "
                + "is "
                + $"unknown to processor '{processorName}' and must be handled. Give its driver a handler "
                + "(RemoteProcessorDriver.Decide), or relax RemoteProcessorOptions.UnknownResources.");
        }

        if (entry is not DevmemResource && options.UnknownResources == UnknownResourcePolicy.Warn)
        {
            Log.ResourceSkipped(options.Logger, processorName, entry.ToString()!, (uint)entry.Type);
        }

        return false;
    }

    private void Place(CarveoutResource entry)
    {
        Carveout carveout = Take(entry.Name, entry.Address, entry.LengthBytes, MemoryMap.PageBytes, entry.ToString());
        entry.Address = carveout.Address.Value;
        if (carveout.PhysicalAddress <= uint.MaxValue || entry.Table.FormatVersion > 1)
        {
            entry.PhysicalAddress = carveout.PhysicalAddress;
        }
    }

    private Carveout Take(string name, ulong address, ulong lengthBytes, uint alignmentBytes, string what)
    {
        string known = name.Length == 0 ? what : name;
        if (lengthBytes == 0)
        {
            throw new FirmwareException($"{what} has length 0; expected at least 1 byte.");
        }

        if (address == ResourceAddress.Any64)
        {
            return _allocation.Add(memory.Allocate(known, lengthBytes, alignmentBytes));
        }

        var fixedAddress = new DeviceAddress(address);
        if (memory.Find(fixedAddress, lengthBytes) is null
            && driver.TryMap(known, fixedAddress, lengthBytes, out MemoryRegion? region) && region is not null)
        {
            memory.Add(region);
        }

        return _allocation.Add(memory.Reserve(known, fixedAddress, lengthBytes));
    }

    // A segment that lies in a carveout of the table is served with it, and a table that lies in a segment too. What is
    // taken when one attaches is the running firmware's own, which the driver took before.
    private void ReserveUnlessInside(string name, SharedRegion piece)
    {
        bool isInside = memory.Carveouts.Any(carveout => carveout.Address.Value <= piece.Address.Value
            && piece.Address.Value - carveout.Address.Value <= carveout.LengthBytes
            && piece.LengthBytes <= carveout.LengthBytes - (piece.Address.Value - carveout.Address.Value));
        if (!isInside)
        {
            _allocation.Add(memory.Reserve(name, piece.Address, piece.LengthBytes));
        }
    }

    private readonly Dictionary<(int Vdev, int Ring), Carveout> _rings = [];

    private void PlaceRings(TableResource[] entries, bool areAnywhere)
    {
        foreach (VdevResource vdev in entries.OfType<VdevResource>())
        {
            foreach (VringResource vring in vdev.Vrings.Where(ring => ring.IsAnywhere == areAnywhere))
            {
                VringLayout layout = VringShape.Of(vring);
                string name = FormattableString.Invariant($"vdev{vdev.Ordinal}vring{vring.Index}");
                _rings[(vdev.Ordinal, vring.Index)] = Take(
                    name, vring.Address, layout.SizeBytes, Math.Max(layout.AlignmentBytes, 16), vring.ToString());
            }
        }
    }

    private void PlaceVdevs(TableResource[] entries)
    {
        foreach (VdevResource vdev in entries.OfType<VdevResource>())
        {
            Carveout[] rings = [.. vdev.Vrings.Select(ring => _rings[(vdev.Ordinal, ring.Index)])];
            _allocation.Add(new VdevPlaces(vdev, rings, vdev.IsRpmsg ? PlaceBuffers(vdev) : null));
        }
    }

    private Carveout PlaceBuffers(VdevResource vdev)
    {
        string name = FormattableString.Invariant($"vdev{vdev.Ordinal}buffer");
        ulong lengthBytes = Math.Max(_rpmsg.BufferBytes(vdev), vdev.Buffers?.LengthBytes ?? 0);
        ulong address = vdev.Buffers?.Address ?? ResourceAddress.Any64;
        Carveout pool = Take(name, address, lengthBytes, MemoryMap.PageBytes, $"the buffers of {vdev}");
        if (vdev.Buffers is { } buffers)
        {
            buffers.Address = pool.Address.Value;
            buffers.LengthBytes = pool.LengthBytes;
        }

        return pool;
    }

    // A trace buffer may lie anywhere too, when firmware reads its address from the live table. One with a fixed
    // address lies in what was taken for its segment or carveout already.
    private void PlaceTraces(TableResource[] entries)
    {
        foreach (TraceResource trace in entries.OfType<TraceResource>().Where(t => t.Address == ResourceAddress.Any64))
        {
            string name = trace.Name.Length == 0 ? trace.ToString() : trace.Name;
            trace.Address = Take(name, trace.Address, trace.LengthBytes, MemoryMap.PageBytes, trace.ToString())
                .Address.Value;
        }
    }
}
