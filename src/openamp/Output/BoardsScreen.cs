// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Text.Json;
using OpenAmp.Tool.Boards;
using OpenAmp.Tool.Commands.Boards;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints the boards.</summary>
internal static class BoardsScreen
{
    /// <summary>Prints them, for people or as JSON.</summary>
    public static void Write(BoardsReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.BoardsReport));
            return;
        }

        Table table = Screen.NewTable(
            "Board\nalso called", "Core\ndoorbell", "Firmware at\nrings and buffers at", "*Built");
        foreach (BoardReport board in report.Boards)
        {
            Screen.AddRow(
                table,
                $"{board.Name}\n{string.Join(", ", board.Aliases.Where(alias => alias != board.Core))}",
                $"{board.Core}\n{board.Doorbell}",
                $"{board.Image}\n{board.Pool}\n",
                board.Firmware.Count > 0 ? string.Join(", ", board.Firmware) : "nothing");
        }

        Screen.Write(table);
        foreach (IGrouping<string, BoardReport> boards in report.Boards.GroupBy(board => board.Emulator))
        {
            WriteEmulator(boards.First());
        }

        Screen.Line($"Try: openamp demo --board {BoardOption.ShortNameOf(report.Boards[0].Name)}");
    }

    private static void WriteEmulator(BoardReport board)
        => Screen.Line(board.EmulatorPath is { } path
            ? $"{board.Emulator} is {path}."
            : $"{board.Emulator} is missing: {HostProgram.EmulatorOf(board.Emulator).Remedy}.");
}
