// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints what a core dump tells.</summary>
internal static class CoreDumpScreen
{
    private const int ShownPreviewPairs = 8;
    private const int LineBytes = 16;

    /// <summary>Prints it, for people or as JSON.</summary>
    /// <param name="report">What to print.</param>
    /// <param name="memoryOnly">Whether people want to see the memory that they asked for, and nothing else.</param>
    /// <param name="isJson">Whether to print JSON; it always has all.</param>
    public static void Write(CoreDumpReport report, bool memoryOnly, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.CoreDumpReport));
            return;
        }

        if (!memoryOnly)
        {
            WriteAll(report);
        }

        foreach (MemoryReport memory in report.Memory)
        {
            Write(memory);
        }
    }

    private static void WriteAll(CoreDumpReport report)
    {
        Screen.Line($"{SafeText.Of(report.File)}: core dump, {report.Machine}, {report.Class}, {report.ByteOrder}, "
            + Quantity.Bytes((ulong)report.FileBytes));
        WriteSegments(report);
        if (report.Threads.Count == 0)
        {
            Screen.Line("No registers: the dump has no note of them (--register gives them).");
        }

        foreach (CoreThreadReport thread in report.Threads)
        {
            Write(thread, report.Firmware is not null);
        }

        WriteChanges(report.ReadOnlySegments ?? []);
        foreach (TraceTailReport trace in report.Traces ?? [])
        {
            Write(trace);
        }

        if (report.Firmware is null)
        {
            Screen.Line("With --firmware FIRMWARE.elf: names, what memory is for, traces, and what was overwritten.");
        }
    }

    private static void WriteSegments(CoreDumpReport report)
    {
        Screen.Heading("Memory" + (report.TableFrom == "dump" ? " (addresses as in the dump's resource table)" : ""));
        bool hasUses = report.Firmware is not null;
        Table table = Screen.NewTable(
            [">#", ">Address", ">Length", "First bytes", .. hasUses ? ["*Is"] : Array.Empty<string>()]);
        foreach (CoreSegmentReport segment in report.Segments)
        {
            string[] cells =
            [
                Number((ulong)segment.Index), segment.Address, Quantity.Bytes(segment.LengthBytes), PreviewOf(segment),
                .. hasUses ? [string.Join(", ", segment.Uses)] : Array.Empty<string>(),
            ];
            Screen.AddRow(table, cells);
        }

        Screen.Write(table);
    }

    private static string PreviewOf(CoreSegmentReport segment)
        => segment.DumpedBytes == 0 ? "not dumped"
            : segment.IsZero ? "all zero"
            : segment.FirstBytes[..Math.Min(segment.FirstBytes.Length, (ShownPreviewPairs * 3) - 1)];

    private static void Write(CoreThreadReport thread, bool hasFirmware)
    {
        string who = "Registers"
            + (thread.ProcessId is { } id ? FormattableString.Invariant($" of thread {id}") : "");
        Screen.Heading(who + (thread.Signal > 0 ? FormattableString.Invariant($", signal {thread.Signal}") : ""));
        WriteRegisters(thread.Registers);
        if (thread.ProgramCounterSymbol is { } place)
        {
            Screen.Fact("it was in", place);
        }

        if (thread.ReturnSymbol is { } caller)
        {
            Screen.Fact("return to", caller);
        }

        if (thread.ReturnAddresses.Count > 0)
        {
            Screen.Heading("Words on the stack that look like return addresses");
            Table table = Screen.NewTable(">At", ">Word", "*Code");
            foreach (ReturnAddressReport word in thread.ReturnAddresses)
            {
                Screen.AddRow(table, word.StackAddress, word.Value, word.Symbol);
            }

            Screen.Write(table);
        }
        else if (hasFirmware)
        {
            Screen.Fact("stack", "no words that look like return addresses");
        }
    }

    /// <summary>Prints registers, as many in a line as fit.</summary>
    public static void WriteRegisters(IReadOnlyList<RegisterReport> registers)
    {
        int nameWidth = registers.Max(register => register.Name.Length);
        int width = nameWidth + registers.Max(register => register.Value.Length) + 4;
        int columns = Math.Max(1, ReportWriter.Console.Profile.Width / width);
        foreach (RegisterReport[] row in registers.Chunk(columns))
        {
            Screen.Line("  " + string.Join("  ", row.Select(register
                => SafeText.Of(register.Name).PadLeft(nameWidth) + " "
                    + register.Value.PadRight(width - nameWidth - 3))).TrimEnd());
        }
    }

    private static void WriteChanges(IReadOnlyList<ChangedSegmentReport> segments)
    {
        if (segments.Count == 0)
        {
            return;
        }

        Screen.Heading("Code and constants, compared with the firmware");
        foreach (ChangedSegmentReport segment in segments)
        {
            Screen.Line(FormattableString.Invariant($"  segment {segment.Segment} at {segment.Address}, ")
                + $"{Quantity.Bytes(segment.LengthBytes)}: {VerdictOf(segment)}");
        }
    }

    private static string VerdictOf(ChangedSegmentReport segment)
    {
        string missing = segment.ComparedBytes < segment.LengthBytes
            ? $"; {Quantity.Bytes(segment.LengthBytes - segment.ComparedBytes)} not in the dump" : "";
        return segment.ComparedBytes == 0 ? "not in the dump"
            : segment.ChangedBytes == 0 ? "unchanged" + missing
            : $"{Quantity.Count((long)segment.ChangedBytes, "byte", "bytes")} CHANGED, the first at "
                + segment.FirstChange + (segment.FirstChangeSymbol is { } symbol ? $" ({symbol})" : "") + missing;
    }

    private static void Write(TraceTailReport trace)
    {
        Screen.Heading($"Last words in trace '{trace.Name}' at {trace.Address}");
        foreach (string line in trace.Lines)
        {
            Screen.Line($"  {line}");
        }

        if (trace.Lines.Count == 0)
        {
            Screen.Line("  none");
        }

        if (trace.IsFull)
        {
            Screen.Line("  (the buffer is full: newer lines may stand before these, if it is written round and round)");
        }

        if (trace.Fault is { } fault)
        {
            Screen.Line($"  ({fault})");
        }
    }

    private static void Write(MemoryReport memory)
    {
        string name = memory.Symbol is { } symbol ? $"{symbol} at " : "";
        string value = memory.Number is { } number && memory.Symbol is not null
            ? FormattableString.Invariant($" = {number} ({Parse(number)})")
            : memory.Text is { } text ? $" = \"{text}\"" : "";
        Screen.Line($"{name}{memory.Address}, {Quantity.Bytes((ulong)memory.LengthBytes)}{value}");
        byte[] bytes = Convert.FromHexString(memory.Bytes);
        if (memory.Symbol is null || (memory.Number is null && memory.Text is null))
        {
            WriteBytes(Parse(memory.Address), bytes);
        }

        if (memory.MissingBytes > 0)
        {
            Screen.Line($"  {Quantity.Bytes((ulong)memory.MissingBytes)} from "
                + $"{AddressAfter(memory, bytes.Length)} on are not in the dump");
        }
    }

    private static string AddressAfter(MemoryReport memory, int count)
        => Quantity.Hex(unchecked(Parse(memory.Address) + (ulong)count));

    private static void WriteBytes(ulong address, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; at += LineBytes)
        {
            byte[] line = bytes[at..Math.Min(at + LineBytes, bytes.Length)];
            string pairs = Quantity.Pairs(line).PadRight((LineBytes * 3) - 1);
            string text = string.Concat(line.Select(value => value is >= 0x20 and < 0x7f ? (char)value : '.'));
            Screen.Line($"  {Quantity.Hex(unchecked(address + (ulong)at))}  {pairs}  {text}");
        }
    }

    private static ulong Parse(string hex) => ulong.Parse(hex.AsSpan(2), NumberStyles.HexNumber, null);

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
