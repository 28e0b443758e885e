// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints what a firmware file is.</summary>
internal static class FirmwareScreen
{
    private const int ShownDigits = 32;

    /// <summary>Prints it, for people or as JSON.</summary>
    public static void Write(FirmwareReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.FirmwareReport));
            return;
        }

        Screen.Line($"{SafeText.Of(report.File)}: {report.Format}, {Quantity.Bytes((ulong)report.FileBytes)}");
        if (report.Signature is { } signature)
        {
            Write(signature);
        }

        foreach (ElfReport image in report.Images)
        {
            if (report.Signature is not null)
            {
                Screen.Heading($"Image at file offset {image.Offset}, {Quantity.Bytes((ulong)image.LengthBytes)}");
            }

            Write(image);
        }

        if (report.ResourceTable is { } table)
        {
            TableScreen.Write(table);
        }
    }

    private static void Write(SignatureReport signature)
    {
        Screen.Fact("signature", FormattableString.Invariant(
            $"{signature.SignatureType}, {signature.SignatureBytes} bytes; not verified here"));
        Screen.Fact("it covers", FormattableString.Invariant($"{signature.HashedSegments} program headers by ")
            + signature.HashType + (signature.CoversWholeImages ? ", and the whole images" : ", not whole images"));
        Screen.Fact("digest", signature.ContentDigest);
        Table table = Screen.NewTable("TLV", ">Offset", ">Bytes", "Value");
        foreach (TlvReport tlv in signature.Tlvs)
        {
            string value = tlv.Value.Length > ShownDigits ? tlv.Value[..ShownDigits] + "…" : tlv.Value;
            Screen.AddRow(table, tlv.Type, tlv.Offset, Number((ulong)tlv.LengthBytes), value);
        }

        Screen.Write(table);
    }

    private static void Write(ElfReport elf)
    {
        string entry = elf.EntryPoint + (elf.EntrySymbol is { } symbol ? $" ({symbol})" : "");
        Screen.Fact("machine", $"{elf.Machine}, {elf.Class}, {elf.ByteOrder}");
        Screen.Fact("type", elf.Type);
        Screen.Fact("entry point", entry);
        Screen.Fact("memory", MemoryOf(elf.Memory));
        WriteSegments(elf);
        WriteSections(elf);
        if (elf.ResourceTable is { } table)
        {
            TableScreen.Write(table);
        }
        else
        {
            Screen.Heading("Resource table");
            Screen.Line("  none: no section .resource_table and no note of OpenAMP");
        }

        WriteSymbols(elf.Symbols);
    }

    private static string MemoryOf(MemoryNeedReport memory)
        => $"{Quantity.Bytes(memory.LoadedBytes)} to load, {Quantity.Bytes(memory.FixedBytes)} at addresses"
            + (memory.AnywhereBytes == 0 ? "" : $", {Quantity.Bytes(memory.AnywhereBytes)} anywhere");

    private static void WriteSegments(ElfReport elf)
    {
        Screen.Heading("Segments");
        bool moves = elf.Segments.Any(segment => segment.Address != segment.VirtualAddress);
        string[] titles = [">#", "Type", ">Address", .. moves ? [">Virtual"] : Array.Empty<string>(),
            ">Offset", ">In file", ">In memory", "Flags"];
        Table table = Screen.NewTable(titles);
        foreach (SegmentReport segment in elf.Segments)
        {
            string[] cells =
            [
                Number((ulong)segment.Index), segment.Type, segment.Address,
                .. moves ? [segment.VirtualAddress] : Array.Empty<string>(),
                segment.Offset, Number(segment.FileBytes), Number(segment.MemoryBytes), segment.Flags,
            ];
            Screen.AddRow(table, cells);
        }

        Screen.Write(table);
    }

    private static void WriteSections(ElfReport elf)
    {
        bool isAll = elf.Sections.Count == elf.SectionCount;
        if (elf.SectionCount == 0)
        {
            Screen.Line("No sections: the file is stripped of them.");
        }
        else if (elf.Sections.Count == 0)
        {
            Screen.Line(FormattableString.Invariant(
                $"{elf.SectionCount} sections, none of them for a loader (--sections shows all)."));
        }
        else
        {
            Screen.Heading(isAll ? "Sections" : FormattableString.Invariant(
                $"Sections of interest ({elf.Sections.Count} of {elf.SectionCount}; --sections shows all)"));
            Table table = Screen.NewTable(">#", "Name", "Type", ">Address", ">Offset", ">Bytes", "Flags");
            foreach (SectionReport section in elf.Sections)
            {
                Screen.AddRow(
                    table, Number((ulong)section.Index), section.Name, section.Type, section.Address, section.Offset,
                    Number(section.LengthBytes), section.Flags);
            }

            Screen.Write(table);
        }
    }

    private static void WriteSymbols(IReadOnlyList<SymbolReport>? symbols)
    {
        if (symbols is null)
        {
            return;
        }

        Screen.Heading("Functions and variables");
        if (symbols.Count == 0)
        {
            Screen.Line("  none: the file is stripped of symbols");
            return;
        }

        Table table = Screen.NewTable(">Address", ">Bytes", "Kind", "*Name");
        foreach (SymbolReport symbol in symbols)
        {
            Screen.AddRow(table, symbol.Address, Number(symbol.LengthBytes), symbol.Kind, symbol.Name);
        }

        Screen.Write(table);
    }

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
