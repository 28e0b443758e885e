// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Tables and lines on standard output, for people.</summary>
/// <remarks>Nothing that it is given is taken for markup: names out of files may have brackets.</remarks>
internal static class Screen
{
    // With the 64 digits of a SHA-256 behind it a line still has less than 80 columns.
    private const int FactWidth = 12;

    private static bool s_endsBlank;

    /// <summary>A table; a title that begins with &gt; is that of a column of numbers, one with * may wrap.</summary>
    public static Table NewTable(params string[] titles)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string title in titles)
        {
            var column = new TableColumn(new Text(title.TrimStart('>', '*'))) { NoWrap = title[0] != '*' };
            table.AddColumn(title[0] == '>' ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain texts.</summary>
    public static void AddRow(Table table, params string[] cells)
        => table.AddRow(cells.Select(cell => new Text(cell)));

    /// <summary>Prints a heading above what follows.</summary>
    public static void Heading(string text)
    {
        // A table ends in a blank line of its own.
        if (!s_endsBlank)
        {
            ReportWriter.Console.WriteLine();
        }

        s_endsBlank = false;
        ReportWriter.Console.Write(new Text(text, new Style(decoration: Decoration.Bold)));
        ReportWriter.Console.WriteLine();
    }

    /// <summary>Prints a table.</summary>
    public static void Write(Table table)
    {
        ReportWriter.Console.Write(table);
        s_endsBlank = true;
    }

    /// <summary>Prints a line; the terminal wraps it, so that a copy of it has no breaks.</summary>
    public static void Line(string text)
    {
        Console.Out.WriteLine(text);
        s_endsBlank = false;
    }

    /// <summary>Prints what a thing is, below others of the same kind.</summary>
    public static void Fact(string name, string value) => Line($"  {name,-FactWidth}{value}");
}
