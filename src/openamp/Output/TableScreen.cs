// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints a resource table as a tree.</summary>
internal static class TableScreen
{
    private const string Any = "any";
    private const string NameServiceBit = "0";
    private const int ShownValue = 48;

    /// <summary>Prints it, or why it cannot be read.</summary>
    public static void Write(TableReport table)
    {
        Screen.Heading("Resource table");
        WritePlace(table);

        if (table.Fault is not null)
        {
            Screen.Line("  it cannot be read");
            return;
        }

        var tree = new Tree(new Text(FormattableString.Invariant($"version {table.Version}, ")
            + $"{Quantity.Count(table.Entries.Count, "entry", "entries")}, "
            + Quantity.Bytes((ulong)table.LengthBytes!)));
        foreach (TableEntryReport entry in table.Entries)
        {
            TreeNode node = tree.AddNode(new Text(Describe(entry)));
            foreach (string part in PartsOf(entry))
            {
                node.AddNode(new Text(part));
            }
        }

        ReportWriter.Console.Write(tree);
    }

    private static void WritePlace(TableReport table)
    {
        if (table.FoundBy is null)
        {
            return;
        }

        string how = table.FoundBy switch
        {
            "section" => "section .resource_table",
            "note" => "the note of OpenAMP",
            _ => "its looks (no section and no note names it)",
        };
        Screen.Fact("found by", how);
        Screen.Fact("in the file", $"at offset {table.Offset}");
        Screen.Fact("in memory", table.Address is { } address
            ? FormattableString.Invariant($"at {address}, with segment {table.Segment}")
            : "not: no segment loads it");
    }

    private static string Describe(TableEntryReport entry)
    {
        string name = entry.Name is { } text ? $" '{text}'" : "";
        string head = FormattableString.Invariant($"{entry.Index}: {entry.Kind}{name}");
        string tail = entry.Required == false ? "; optional" : "";
        return head + entry.Kind switch
        {
            "carveout" or "devmem" => $": {Region(entry)}{Physical(entry)}",
            "trace" => $": {Region(entry)}, {entry.Method}" + Notify(entry.NotifyId),
            "vdev" => FormattableString.Invariant($": {DeviceOf(entry.DeviceId)}, {FeaturesOf(entry)}")
                + Notify(entry.NotifyId),
            "parameters" => $": {Shorten(entry.Value)} ({Quantity.Bytes(entry.LengthBytes ?? 0)} of room)",
            "processor state" => FormattableString.Invariant($": heartbeat every {entry.HeartbeatSeconds} s")
                + Notify(entry.NotifyId),
            _ => $": type {entry.Type}, {Shorten(entry.Value)}",
        } + tail;
    }

    private static IEnumerable<string> PartsOf(TableEntryReport entry)
    {
        foreach (VringReport vring in entry.Vrings ?? [])
        {
            string way = entry.DeviceId != 7 || vring.Index > 1 ? ""
                : vring.Index == 0 ? " to the host" : " from the host";
            yield return FormattableString.Invariant($"vring {vring.Index}{way}: {vring.EntryCount} entries, ")
                + FormattableString.Invariant($"align {vring.AlignmentBytes}, {Place(vring.Address)}")
                + Notify(vring.NotifyId);
        }

        if (entry.ConfigBytes > 0)
        {
            yield return FormattableString.Invariant($"configuration space: {entry.ConfigBytes} bytes");
        }

        if (entry.Buffers is { } buffers)
        {
            string length = buffers.LengthBytes == 0
                ? "as long as the host likes" : Quantity.Bytes(buffers.LengthBytes);
            yield return $"buffers: {length}, {Place(buffers.Address)}; "
                + $"to the host {Buffers(buffers.ToDriverBufferCount, buffers.ToDriverBufferBytes)}, "
                + $"from it {Buffers(buffers.ToDeviceBufferCount, buffers.ToDeviceBufferBytes)}";
        }
    }

    private static string Region(TableEntryReport entry)
        => $"{Quantity.Bytes(entry.LengthBytes ?? 0)} {Place(entry.Address)}";

    private static string Place(string? address) => address == Any ? "anywhere" : $"at {address}";

    private static string Physical(TableEntryReport entry)
        => entry.PhysicalAddress is null or Any or "0x0" || entry.PhysicalAddress == entry.Address
            ? "" : $" (physical {entry.PhysicalAddress})";

    private static string Notify(string? id) => id is null ? "" : $", notify id {id}";

    private static string DeviceOf(uint? id)
        => id == 7 ? "RPMsg (id 7)" : FormattableString.Invariant($"virtio device id {id}");

    private static string FeaturesOf(TableEntryReport entry)
    {
        ulong bits = ulong.Parse(entry.DeviceFeatures.AsSpan(2), NumberStyles.AllowHexSpecifier, null);
        string[] names =
        [
            .. Enumerable.Range(0, 64).Where(bit => (bits >> bit & 1) != 0)
                .Select(bit => bit.ToString(CultureInfo.InvariantCulture))
                .Select(bit => entry.DeviceId == 7 && bit == NameServiceBit ? "0 (name service)" : bit),
        ];
        return names.Length == 0 ? "no features" : "features " + string.Join(", ", names);
    }

    private static string Buffers(uint count, uint bytes)
        => count == 0 && bytes == 0 ? "as the host likes" : FormattableString.Invariant($"{count} of {bytes} B");

    private static string Shorten(string? value)
        => string.IsNullOrEmpty(value) ? "no bytes" : value.Length > ShownValue ? value[..ShownValue] + "…" : value;
}
