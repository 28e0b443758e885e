// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Builds a resource table in C#: entries in the order they are added.</summary>
/// <remarks>One thread at a time. What a description cannot say is not lost: <see cref="ToDocument"/> gives the
/// document that the same table is in JSON.</remarks>
/// <param name="version">Version of the layout: 1, which every loader in the field reads, or 2.</param>
public sealed class ResourceTableBuilder(int version = 1)
{
    private readonly List<ResourceDescription> _entries = [];

    /// <summary>Adds any entry.</summary>
    /// <param name="entry">What it is to be.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder Add(ResourceDescription entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _entries.Add(entry);
        return this;
    }

    /// <summary>Adds memory the remote processor needs.</summary>
    /// <param name="name">Name, at most 31 bytes.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="address">Device address, or <see cref="ResourceAddress.Any64"/> for the loader to choose.</param>
    /// <param name="physicalAddress">Physical address, or <see cref="ResourceAddress.Any64"/>.</param>
    /// <param name="flags">Flags of an IOMMU mapping.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddCarveout(
        string name,
        ulong lengthBytes,
        ulong address = ResourceAddress.Any64,
        ulong physicalAddress = ResourceAddress.Any64,
        uint flags = 0)
        => Add(new CarveoutDescription
        {
            Name = name,
            LengthBytes = lengthBytes,
            Address = address,
            PhysicalAddress = physicalAddress,
            Flags = flags,
        });

    /// <summary>Adds a device's registers.</summary>
    /// <param name="name">Name, at most 31 bytes.</param>
    /// <param name="address">Device address the remote uses.</param>
    /// <param name="physicalAddress">Physical address of the registers.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="flags">Flags of the IOMMU mapping.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddDevmem(
        string name,
        ulong address,
        ulong physicalAddress,
        ulong lengthBytes,
        uint flags = 0)
        => Add(new DevmemDescription
        {
            Name = name,
            Address = address,
            PhysicalAddress = physicalAddress,
            LengthBytes = lengthBytes,
            Flags = flags,
        });

    /// <summary>Adds a text buffer the remote logs to.</summary>
    /// <param name="name">Name, at most 31 bytes.</param>
    /// <param name="address">Device address of the buffer.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddTrace(string name, ulong address, ulong lengthBytes)
        => Add(new TraceDescription { Name = name, Address = address, LengthBytes = lengthBytes });

    /// <summary>Adds a text buffer of two halves, which the remote announces when full. Version 2 only.</summary>
    /// <param name="name">Name, at most 31 bytes.</param>
    /// <param name="address">Device address of the buffer.</param>
    /// <param name="lengthBytes">Length of the control block and both halves together in bytes: at least 256.</param>
    /// <param name="notifyId">Id of the notification, or <see cref="NotifyId.Any"/>.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddFlipFlopTrace(
        string name,
        ulong address,
        ulong lengthBytes,
        uint notifyId = NotifyId.Any)
        => Add(new TraceDescription
        {
            Name = name,
            Address = address,
            LengthBytes = lengthBytes,
            Method = TraceMethod.FlipFlop,
            NotifyId = notifyId,
        });

    /// <summary>Adds an RPMsg device with two vrings that are alike and placed by the loader.</summary>
    /// <param name="entryCount">Number of descriptors of each vring: a power of two.</param>
    /// <param name="alignmentBytes">Alignment of the used rings in bytes: a power of two.</param>
    /// <param name="deviceFeatures">Features the device offers; the name service unless said.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddRpmsgVdev(
        uint entryCount,
        uint alignmentBytes = 0x1000,
        ulong deviceFeatures = 1)
        => Add(new VdevDescription
        {
            DeviceFeatures = deviceFeatures,
            Vrings =
            [
                new VringDescription { EntryCount = entryCount, AlignmentBytes = alignmentBytes },
                new VringDescription { EntryCount = entryCount, AlignmentBytes = alignmentBytes },
            ],
        });

    /// <summary>Adds a vendor's entry. In a version 1 table let it not be the last: see rule RSC062.</summary>
    /// <param name="type">128 to 512.</param>
    /// <param name="body">The vendor's bytes.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddVendor(uint type, ReadOnlyMemory<byte> body)
        => Add(new VendorDescription { Type = type, Body = body });

    /// <summary>Adds room for parameters. Version 2 only.</summary>
    /// <param name="name">Name, at most 31 bytes.</param>
    /// <param name="capacityBytes">Room in bytes.</param>
    /// <param name="values">Default values, or <see langword="null"/>.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddParameters(
        string name,
        int capacityBytes,
        IReadOnlyDictionary<string, string>? values = null)
        => Add(new ParametersDescription
        {
            Name = name,
            CapacityBytes = capacityBytes,
            Values = values,
            Format = ParametersFormat.KeyValues,
        });

    /// <summary>Adds the processor's state words. Version 2 only.</summary>
    /// <param name="heartbeatPeriodMilliseconds">How often the remote counts its heartbeat up; 0 promises
    /// nothing.</param>
    /// <param name="notifyId">Id of the notification that a word changed, or <see cref="NotifyId.Any"/>.</param>
    /// <returns>This builder.</returns>
    public ResourceTableBuilder AddProcessorState(
        uint heartbeatPeriodMilliseconds = 0,
        uint notifyId = NotifyId.Any)
        => Add(new ProcessorStateDescription
        {
            HeartbeatPeriodMilliseconds = heartbeatPeriodMilliseconds,
            NotifyId = notifyId,
        });

    /// <summary>Gives what was added as a document.</summary>
    /// <returns>The document.</returns>
    public ResourceTableDocument ToDocument() => new() { Version = version, Entries = [.. _entries] };

    /// <summary>Lays the table out.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="ResourceTableException">An entry cannot be written; the message names it.</exception>
    public byte[] ToBytes() => ToDocument().ToBytes();

    /// <summary>Lays the table out and parses it.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="ResourceTableException">An entry cannot be written; the message names it.</exception>
    public ResourceTable Build() => ToDocument().ToTable();
}
