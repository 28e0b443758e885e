// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using OpenAmp.Tool.Commands.Boards;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints reports on standard output: for people as a table, for programs as JSON.</summary>
internal static class ReportWriter
{
    private const int WidthOfFiles = 120;
    private const int WidthOfAllColumns = 94;
    private const double BytesPerMegabyte = 1e6;

    /// <summary>The console, wide enough for tables when it is a file or a pipe.</summary>
    public static IAnsiConsole Console { get; } = CreateConsole();

    /// <summary>Prints what one command did.</summary>
    public static void Write(RunReport report, bool isJson)
    {
        if (isJson)
        {
            System.Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.RunReport));
        }
        else if (report.Peers > 0)
        {
            Console.MarkupLineInterpolated(
                $"[bold]{report.Command}[/]: {report.Role} and socket {report.Socket}, {report.ElapsedSeconds} s");
            Console.Write(TableOf(report));
        }
    }

    /// <summary>Prints what the demo did.</summary>
    public static void Write(DemoReport report, bool isJson)
    {
        if (isJson)
        {
            System.Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.DemoReport));
            return;
        }

        if (report.Life.Count == 0)
        {
            return; // It did not come that far, and the error has been said.
        }

        Console.Write(TableOf(report.Steps));
        Console.Write(TableOf(report.Life));
        WriteTrace(report.Trace);
        if (report.Crash is { } crash)
        {
            CrashScreen.Write(crash);
        }

        if (report.Result == "ok")
        {
            string what = Count(report.Messages) + " messages there and back, none lost or changed";
            Console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                $"[green]All right[/]: {what}; one crash recovered; in {report.ElapsedSeconds:0.0} s.");
            string board = report.Board is { } name ? BoardOption.ShortNameOf(name) : "";
            Console.MarkupLine(report.Board is not null
                ? $"Next: [bold]openamp run --board {board} echo[/] until Ctrl-C; [bold]openamp gdb --board {board} "
                    + "demo --exec[/] stops it in gdb; [bold]firmware/echo[/] is the smallest firmware to begin from."
                : "Next: [bold]openamp run FIRMWARE[/] for your own; [bold]openamp echo[/] and [bold]openamp ping[/] "
                    + "in two terminals, either may be a C program; [bold]openamp demo --board m4[/] on a board.");
        }
    }

    private static Table TableOf(IReadOnlyList<DemoStepReport> steps)
    {
        bool isWide = Console.Profile.Width >= WidthOfAllColumns;
        Table table = isWide
            ? NewTable("Step", "Messages", "Errors", "p50 µs", "p99 µs", "max µs", "Messages/s", "MB/s")
            : NewTable("Step", "Messages", "Errors", "p50 µs", "p99 µs", "Messages/s");
        foreach (DemoStepReport step in steps)
        {
            string[] roundTrip = RoundTrip(step.RoundTripMicroseconds);
            List<string> cells =
            [
                step.Step,
                step.Messages == step.ExpectedMessages
                    ? Count(step.Messages) : $"[red]{Count(step.Messages)} of {Count(step.ExpectedMessages)}[/]",
                Errors(step.Errors),
                .. isWide ? roundTrip : roundTrip[..2],
                Count(step.MessagesPerSecond),
            ];
            if (isWide)
            {
                cells.Add((step.BytesPerSecond / BytesPerMegabyte).ToString("0.0", CultureInfo.InvariantCulture));
            }

            table.AddRow([.. cells]);
        }

        return table;
    }

    private static Table TableOf(IReadOnlyList<LifeStepReport> life)
    {
        Table table = NewTable("Step", "ms").AddColumn("What happened");
        foreach (LifeStepReport step in life)
        {
            table.AddRow(step.Step, Micros(step.Milliseconds), Markup.Escape(step.Detail));
        }

        return table;
    }

    private static void WriteTrace(IReadOnlyList<string> lines)
    {
        Console.MarkupLine($"[bold]Trace of the firmware[/] ({lines.Count} lines):");
        foreach (string line in lines)
        {
            Console.WriteLine("  " + line);
        }
    }

    private static Table TableOf(RunReport report)
    {
        Table table = report.RoundTripMicroseconds is null
            ? NewTable("Messages", "Errors", "Messages/s", "Kicks sent", "Kicks saved")
            : NewTable("Messages", "Errors", "p50 µs", "p99 µs", "max µs", "Messages/s", "Kicks sent", "Kicks saved");
        List<string> cells = [Count(report.Messages), Errors(report.Errors)];
        if (report.RoundTripMicroseconds is { } roundTrip)
        {
            cells.AddRange(RoundTrip(roundTrip));
        }

        cells.AddRange([Count(report.MessagesPerSecond), Count(report.KicksSent), Count(report.KicksSuppressed)]);
        if (report.Peers > 1 || report.LostPeers > 0)
        {
            table.AddColumn(new TableColumn("Peers").RightAligned());
            table.AddColumn(new TableColumn("Peers lost").RightAligned());
            cells.AddRange([Count(report.Peers), Count(report.LostPeers)]);
        }

        return table.AddRow([.. cells]);
    }

    private static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            var cell = new TableColumn(column) { NoWrap = true };
            table.AddColumn(column == "Step" ? cell : cell.RightAligned());
        }

        return table;
    }

    private static string[] RoundTrip(RoundTripReport? report) => report is null
        ? ["–", "–", "–"]
        : [Micros(report.P50), Micros(report.P99), Micros(report.Max)];

    private static string Micros(double value) => value.ToString("N1", CultureInfo.InvariantCulture);

    private static string Count(IFormattable value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Errors(long count) => count == 0 ? "0" : $"[red]{Count(count)}[/]";

    private static IAnsiConsole CreateConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
