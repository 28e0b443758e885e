// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Prints processors, one of them, and what was done to one.</summary>
internal static class ProcessorScreen
{
    /// <summary>Prints a line a processor, for people or as JSON.</summary>
    public static void WriteList(InventoryReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(InventoryScreen.JsonOf(report));
            return;
        }

        if (report.Processors.Count == 0)
        {
            Screen.Line("The kernel has no remote processor, and no program shares one. "
                + "Find out why: openamp doctor");
            return;
        }

        Table table = Screen.NewTable("Processor", "State", "Firmware", "Recovery", "Core dump", "Device");
        foreach (ProcessorReport one in report.Processors)
        {
            Screen.AddRow(
                table, $"{one.Origin}:{one.Name}", one.State, one.Firmware ?? "-", one.Recovery ?? "-",
                one.CoreDump ?? "-", InventoryScreen.DeviceOf(one));
        }

        Screen.Write(table);
    }

    /// <summary>Prints all about one processor, for people or as JSON.</summary>
    public static void Write(InspectionReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.InspectionReport));
            return;
        }

        ProcessorReport processor = report.Processor;
        Screen.Line($"{processor.Origin}:{processor.Name}");
        Screen.Fact("state", processor.State);
        Screen.Fact("firmware", report.FirmwarePath ?? processor.Firmware ?? "none");
        Fact("recovery", processor.Recovery);
        Fact("core dump", processor.CoreDump);
        Fact("device", InventoryScreen.DeviceOf(processor));
        Fact("hardware", report.Hardware);
        Fact("driver", report.Driver);
        Fact("tree node", report.DeviceTreeNode);
        Fact("starts", report.Starts?.ToString(CultureInfo.InvariantCulture));
        Fact("crashes", report.Crashes?.ToString(CultureInfo.InvariantCulture));
        Fact("last crash", report.LastCrash);
        if (report.Table is { } resources)
        {
            TableScreen.Write(resources);
        }

        WriteCarveouts(report);
        WriteLinks(processor);
        foreach (string note in report.Notes)
        {
            Screen.Line(note);
        }
    }

    /// <summary>Prints what was done, for people or as JSON.</summary>
    public static void WriteAction(ActionReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.ActionReport));
            return;
        }

        string firmware = report.Firmware is { Length: > 0 } name ? $", firmware {SafeText.Of(name)}" : "";
        string outcome = report.Outcome is "ForcedAfterDeadline" ? " (it did not stop by itself in time)" : "";
        Screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Processor} is {report.State} after {report.ElapsedSeconds:0.000} s{firmware}{outcome}"));
    }

    private static void Fact(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Screen.Fact(name, value);
        }
    }

    private static void WriteCarveouts(InspectionReport report)
    {
        if (report.Carveouts.Count == 0)
        {
            return;
        }

        Screen.Heading("Memory that the kernel has set aside");
        Table table = Screen.NewTable("Name", ">Device address", ">DMA address", ">Length");
        foreach (CarveoutReport carveout in report.Carveouts)
        {
            Screen.AddRow(
                table, carveout.Name, carveout.DeviceAddress, carveout.DmaAddress,
                Quantity.Bytes(carveout.LengthBytes));
        }

        Screen.Write(table);
    }

    private static void WriteLinks(ProcessorReport processor)
    {
        if (!processor.Links.Any())
        {
            return;
        }

        Screen.Heading("Links");
        Table table = InventoryScreen.NewTable();
        foreach (LinkReport link in processor.Links)
        {
            InventoryScreen.AddLink(table, link, "", link.Name);
        }

        Screen.Write(table);
    }
}
