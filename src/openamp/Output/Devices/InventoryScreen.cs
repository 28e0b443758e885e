// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;
using Spectre.Console;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Prints processors, links, channels and endpoints as one table, what belongs to a thing below it.</summary>
internal static class InventoryScreen
{
    private const string Nothing = "";
    private const int WidthOfAllColumns = 102;

    public static string JsonOf(InventoryReport report)
        => JsonSerializer.Serialize(report, DeviceReportJson.Default.InventoryReport);

    /// <summary>Prints it, for people or as JSON.</summary>
    public static void Write(InventoryReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonOf(report));
            return;
        }

        if (report.Processors.Count + report.Links.Count == 0)
        {
            Screen.Line("The kernel has no remote processor and no RPMsg link, and no program shares one. "
                + "Find out why: openamp doctor");
            return;
        }

        Table table = NewTable();
        foreach (ProcessorReport processor in report.Processors)
        {
            AddRow(
                table, $"{processor.Origin}:{processor.Name}", "processor", processor.State, Nothing,
                DeviceOf(processor), DetailsOf(processor));
            foreach (LinkReport link in processor.Links)
            {
                AddLink(table, link, "  ", link.Name);
            }
        }

        foreach (LinkReport link in report.Links)
        {
            AddLink(table, link, "", $"{link.Origin}:{link.Name}");
        }

        Screen.Write(table);
    }

    /// <summary>Prints links alone, for people or as JSON.</summary>
    public static void WriteLinks(InventoryReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonOf(report));
            return;
        }

        if (report.Links.Count == 0)
        {
            Screen.Line("The kernel has no RPMsg link, and no program shares one. Find out why: openamp doctor");
            return;
        }

        Table table = NewTable();
        foreach (LinkReport link in report.Links)
        {
            AddLink(table, link, "", $"{link.Origin}:{link.Processor ?? link.Name}");
        }

        Screen.Write(table);
    }

    /// <summary>Adds a link and what is on it.</summary>
    public static void AddLink(Table table, LinkReport link, string indent, string name)
    {
        string services = link.HasNameService switch
        {
            true => "name service",
            false => "no name service",
            null => Nothing,
        };
        AddRow(table, indent + name, "link", link.State, Nothing, link.Control ?? Nothing, services);
        foreach (ChannelReport channel in link.Channels)
        {
            AddRow(
                table, $"{indent}  {channel.Name}", "channel", StateOf(link, channel),
                AddressesOf(channel.Source, channel.Destination), channel.Node ?? Nothing,
                link.Origin == Origins.Shared ? Nothing : channel.Driver ?? Nothing);
        }

        foreach (EndpointReport endpoint in link.Endpoints)
        {
            AddRow(
                table, $"{indent}  {endpoint.Name}", "endpoint", endpoint.State,
                AddressesOf(endpoint.Source, endpoint.Destination), endpoint.Node ?? Nothing,
                endpoint.Channel is null ? Nothing : "of the channel");
        }
    }

    /// <summary>A table for rows of processors, links and what is on them.</summary>
    public static Table NewTable() => IsNarrow
        ? Screen.NewTable("Name", "What", "State", "Addresses", "Device")
        : Screen.NewTable("Name", "What", "State", "Addresses", "Device", "*Details");

    // On a terminal of 80 columns details are left out, and what every device begins with.
    private static bool IsNarrow => ReportWriter.Console.Profile.Width < WidthOfAllColumns;

    private static void AddRow(
        Table table, string name, string what, string state, string addresses, string device, string details)
    {
        if (IsNarrow)
        {
            string shortName = device.StartsWith("/dev/", StringComparison.Ordinal) ? device[5..] : device;
            Screen.AddRow(table, name, what, state, addresses.Replace(" ", "", StringComparison.Ordinal), shortName);
            return;
        }

        Screen.AddRow(table, name, what, state, addresses, device, details);
    }

    /// <summary>Two addresses: 0x400 -> any.</summary>
    public static string AddressesOf(string? source, string? destination)
        => $"{source ?? "any"} -> {destination ?? "any"}";

    /// <summary>Where a processor is.</summary>
    public static string DeviceOf(ProcessorReport processor) => processor.Origin == Origins.Shared
        ? $"process {processor.Device}" : processor.Node ?? processor.Device;

    // A service of a program's link needs no driver: endpoints take it.
    private static string StateOf(LinkReport link, ChannelReport channel)
        => (link.Origin, channel.Driver) switch
        {
            (Origins.Shared, null) => "free",
            (Origins.Shared, _) => "taken",
            (_, null) => "no driver",
            _ => "bound",
        };

    private static string DetailsOf(ProcessorReport processor)
    {
        if (processor.Program is { } program)
        {
            return $"shared by {program}";
        }

        string firmware = processor.Firmware is { Length: > 0 } name ? $"firmware {name}" : "no firmware";
        return processor.Recovery == "disabled" ? $"{firmware}, recovery disabled" : firmware;
    }
}
