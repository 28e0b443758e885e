// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace OpenAmp.Qemu;

/// <summary>Finds the source line of an address in DWARF's line programs (.debug_line, versions 2 to 5).</summary>
/// <remarks>Only for messages: what is malformed, or newer than this, has no lines. Every loop is bounded by the
/// section's length.</remarks>
internal static class SourceLines
{
    private const ushort NewestVersion = 5;
    private const int FormLineText = 0x1F;

    /// <summary>Finds a line.</summary>
    /// <param name="lines">The content of .debug_line.</param>
    /// <param name="texts">The content of .debug_line_str; empty before version 5.</param>
    /// <param name="address">The address, even for Thumb code.</param>
    /// <returns>File and line, such as <c>main.c:42</c>; <see langword="null"/> when no line covers it.</returns>
    internal static string? TryFind(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> texts, ulong address)
    {
        LineCursor units = new(lines);
        while (units.IsGood && units.Remaining > sizeof(uint))
        {
            ulong length = units.Number(4);
            if (length >= 0xFFFF_FFF0)
            {
                return null; // DWARF of 64 bits: no compiler here writes it.
            }

            LineCursor unit = units.Part(length);
            if (units.IsGood && Search(unit, texts, address) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Search(LineCursor unit, ReadOnlySpan<byte> texts, ulong address)
    {
        ushort version = (ushort)unit.Number(2);
        if (version is < 2 or > NewestVersion)
        {
            return null;
        }

        if (version == NewestVersion)
        {
            _ = unit.Number(2); // Sizes of an address and of a segment selector.
        }

        LineCursor header = unit.Part(unit.Number(4));
        LineProgram program = new() { Version = version };
        program.ReadFixed(ref header);
        List<string> files = version == NewestVersion ? ReadFiles(ref header, texts) : ReadOldFiles(ref header);
        return header.IsGood && program.TryFind(unit, address, out int file, out long line)
            && file >= 0 && file < files.Count && files[file].Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(files[file])}:{line}") : null;
    }

    private static List<string> ReadOldFiles(ref LineCursor header)
    {
        while (header.IsGood && header.Text().Length > 0)
        {
            // A folder.
        }

        List<string> files = [""];
        while (header.IsGood && header.Text() is { Length: > 0 } name)
        {
            files.Add(name);
            (_, _, _) = (header.Unsigned(), header.Unsigned(), header.Unsigned());
        }

        return files;
    }

    private static List<string> ReadFiles(ref LineCursor header, ReadOnlySpan<byte> texts)
    {
        _ = ReadEntries(ref header, texts); // Folders.
        return ReadEntries(ref header, texts);
    }

    private static List<string> ReadEntries(ref LineCursor header, ReadOnlySpan<byte> texts)
    {
        List<(ulong Content, ulong Form)> formats = [];
        int formatCount = (int)header.Number(1);
        for (int i = 0; i < formatCount && header.IsGood; i++)
        {
            formats.Add((header.Unsigned(), header.Unsigned()));
        }

        List<string> names = [];
        ulong count = header.Unsigned();
        for (ulong i = 0; i < count && header.IsGood && header.Remaining > 0; i++)
        {
            string name = "";
            foreach ((ulong content, ulong form) in formats)
            {
                string text = ReadForm(ref header, form, texts);
                name = content == 1 ? text : name; // DW_LNCT_path
            }

            names.Add(name);
        }

        return names;
    }

    /// <summary>Reads, or passes over, a value.</summary>
    private static string ReadForm(ref LineCursor header, ulong form, ReadOnlySpan<byte> texts)
    {
        switch (form)
        {
            case 0x08: // DW_FORM_string
                return header.Text();
            case FormLineText:
                ulong at = header.Number(4);
                return at < (ulong)texts.Length ? new LineCursor(texts[(int)at..]).Text() : "";
            case 0x0F: // DW_FORM_udata
                _ = header.Unsigned();
                return "";
            case 0x1E: // DW_FORM_data16, an MD5
                _ = header.Part(16);
                return "";
            case 0x0B: // DW_FORM_data1
                _ = header.Number(1);
                return "";
            case 0x05: // DW_FORM_data2
                _ = header.Number(2);
                return "";
            case 0x06 or 0x0E: // DW_FORM_data4, DW_FORM_strp
                _ = header.Number(4);
                return "";
            default:
                _ = header.Part(ulong.MaxValue); // Nobody knows how long it is: nothing after it can be read.
                return "";
        }
    }
}
