// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>A firmware's resource table, parsed and private: what the remote processor asks for, and what it is
/// told.</summary>
/// <remarks>
/// <para>To hold one is to know that every entry lies within the table, overlaps no other, and has reserved fields that
/// are zero and rings that can exist. It says nothing about where addresses lead. Entries nobody here knows are kept
/// with their bytes; whether they are refused is the loader's policy.</para>
/// <para>Both versions have one shape; addresses and lengths are 64 bits wide. Setting a property changes
/// <see cref="Bytes"/>, which is what the remote is given. Not safe for writing from several threads at once.</para>
/// <para>docs/resource-table.md has the layouts.</para>
/// </remarks>
public sealed class ResourceTable
{
    internal const int WideVersion = 2;

    private ResourceTable(byte[] bytes, int formatVersion)
    {
        Writable = bytes;
        FormatVersion = formatVersion;
    }

    /// <summary>Version of the layout: 1 or 2.</summary>
    public int FormatVersion { get; }

    /// <summary>The whole table with all changes made so far; bytes that followed the last entry are kept.</summary>
    public ReadOnlyMemory<byte> Bytes => Writable;

    /// <summary>Length of the table in bytes.</summary>
    public int LengthBytes => Writable.Length;

    /// <summary>All entries, in the order of the table.</summary>
    public IReadOnlyList<TableResource> Entries { get; private set; } = [];

    /// <summary>The virtio devices, in the order of the table.</summary>
    public IReadOnlyList<VdevResource> Vdevs { get; private set; } = [];

    /// <summary>The carveouts, in the order of the table.</summary>
    public IReadOnlyList<CarveoutResource> Carveouts { get; private set; } = [];

    /// <summary>The device memories, in the order of the table.</summary>
    public IReadOnlyList<DevmemResource> Devmems { get; private set; } = [];

    /// <summary>The trace buffers, in the order of the table.</summary>
    public IReadOnlyList<TraceResource> Traces { get; private set; } = [];

    /// <summary>The vendors' entries, in the order of the table.</summary>
    public IReadOnlyList<VendorResource> Vendors { get; private set; } = [];

    /// <summary>The entries of unknown type or version, in the order of the table.</summary>
    public IReadOnlyList<UnknownResource> Unknowns { get; private set; } = [];

    /// <summary>The parameter blocks, in the order of the table. Version 2 only.</summary>
    public IReadOnlyList<ParametersResource> Parameters { get; private set; } = [];

    /// <summary>The processor's state words, the first when there are several; <see langword="null"/> without. Version
    /// 2 only.</summary>
    public ProcessorStateResource? ProcessorState { get; private set; }

    internal byte[] Writable { get; }

    /// <summary>Copies and checks a table.</summary>
    /// <param name="table">The table; bytes after it are kept.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ResourceTableException">It is damaged, or longer than
    /// <see cref="ResourceTableReader.MaxLengthBytes"/>.</exception>
    public static ResourceTable Parse(ReadOnlySpan<byte> table)
        => TryParse(table, out ResourceTable? parsed, out ResourceTableFault fault)
            ? parsed
            : throw new ResourceTableException(fault);

    /// <summary>Copies and checks a table. Allocates in proportion to the table, and only when it is right.</summary>
    /// <param name="table">The table; bytes after it are kept.</param>
    /// <param name="parsed">The table.</param>
    /// <param name="fault">What is wrong with it, and where.</param>
    /// <returns><see langword="false"/> when it is damaged, or longer than
    /// <see cref="ResourceTableReader.MaxLengthBytes"/>.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> table,
        [NotNullWhen(true)] out ResourceTable? parsed,
        out ResourceTableFault fault)
    {
        parsed = null;
        if (table.Length > ResourceTableReader.MaxLengthBytes)
        {
            fault = new ResourceTableFault(ResourceTableError.TableTooLong, 0, (uint)table.Length);
            return false;
        }

        if (!TryFindEntries(table, out int formatVersion, out List<TableEntry> entries, out fault))
        {
            return false;
        }

        parsed = new ResourceTable(table.ToArray(), formatVersion);
        parsed.Adopt(entries);
        return true;
    }

    /// <summary>Copies the table with all changes made so far.</summary>
    /// <returns>A table of its own.</returns>
    public ResourceTable Clone() => Parse(Writable);

    internal bool TryCreateLive(int ordinal, SharedRegion region, out LiveVdev live)
    {
        live = default;
        if (FormatVersion == WideVersion)
        {
            return ResourceItemReader.TryCreate(Writable, out ResourceItemReader items, out _)
                && items.TryFindVdev(ordinal, out ResourceItemVdev item, out _)
                && LiveVdev.TryCreate(region, item, out live);
        }

        return ResourceTableReader.TryCreate(Writable, out ResourceTableReader reader, out _)
            && reader.TryFindVdev(ordinal, out ResourceVdev vdev, out _)
            && LiveVdev.TryCreate(region, vdev, out live);
    }

    internal ResourceItem ItemAt(int index)
        => ResourceItemReader.TryCreate(Writable, out ResourceItemReader items, out _)
            && items.TryGetItem(index, out ResourceItem item)
                ? item
                : throw new UnreachableException("A parsed table stopped being one.");

    private void Adopt(List<TableEntry> entries)
    {
        int vdevCount = 0;
        Entries = [.. entries.Select(entry => Create(entry, ref vdevCount))];
        Vdevs = [.. Entries.OfType<VdevResource>()];
        Carveouts = [.. Entries.OfType<CarveoutResource>()];
        Devmems = [.. Entries.OfType<DevmemResource>()];
        Traces = [.. Entries.OfType<TraceResource>()];
        Vendors = [.. Entries.OfType<VendorResource>()];
        Unknowns = [.. Entries.OfType<UnknownResource>()];
        Parameters = [.. Entries.OfType<ParametersResource>()];
        ProcessorState = Entries.OfType<ProcessorStateResource>().FirstOrDefault();
    }

    private TableResource Create(TableEntry entry, ref int vdevCount) => entry.Kind switch
    {
        ResourceKind.Carveout => new CarveoutResource(this, entry),
        ResourceKind.Devmem => new DevmemResource(this, entry),
        ResourceKind.Trace => new TraceResource(this, entry),
        ResourceKind.Vdev => new VdevResource(this, entry, vdevCount++),
        ResourceKind.Vendor => new VendorResource(this, entry),
        ResourceKind.Parameters => new ParametersResource(this, entry),
        ResourceKind.ProcessorState => new ProcessorStateResource(this, entry),
        _ => new UnknownResource(this, entry),
    };

    // A version other than 2 is left to the reader of version 1, which says what is wrong with it.
    private static bool TryFindEntries(
        ReadOnlySpan<byte> table,
        out int formatVersion,
        out List<TableEntry> entries,
        out ResourceTableFault fault)
    {
        bool isWide = table.Length >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(table) == ResourceItemTableHeader.SupportedVersion;
        entries = [];
        formatVersion = isWide ? WideVersion : 1;
        return isWide ? TryFindItems(table, entries, out fault) : TryFindNarrow(table, entries, out fault);
    }

    private static bool TryFindNarrow(
        ReadOnlySpan<byte> table,
        List<TableEntry> entries,
        out ResourceTableFault fault)
    {
        if (!ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out fault))
        {
            return false;
        }

        for (int i = 0; i < reader.EntryCount; i++)
        {
            if (!reader.TryGetEntry(i, out ResourceEntry entry, out fault) || !entry.TryValidate(out fault))
            {
                return false;
            }

            bool isRequired = entry.Kind is not (ResourceKind.Unknown or ResourceKind.Vendor);
            uint length = (uint)entry.Bytes.Length;
            entries.Add(new TableEntry(i, entry.OffsetBytes, length, entry.Kind, isRequired, 1));
        }

        return true;
    }

    private static bool TryFindItems(
        ReadOnlySpan<byte> table,
        List<TableEntry> entries,
        out ResourceTableFault fault)
    {
        if (!ResourceItemReader.TryCreate(table, out ResourceItemReader reader, out fault))
        {
            return false;
        }

        for (int i = 0; reader.TryGetItem(i, out ResourceItem item); i++)
        {
            if (!item.TryValidate(out fault))
            {
                return false;
            }

            bool isRequired = item.Head.Priority == ResourcePriority.Required;
            uint length = item.Head.LengthBytes;
            entries.Add(new TableEntry(i, item.OffsetBytes, length, item.Kind, isRequired, item.Head.Version));
        }

        return true;
    }
}
