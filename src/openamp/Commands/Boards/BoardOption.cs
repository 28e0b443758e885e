// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using OpenAmp.Qemu;
using OpenAmp.Tool.Boards;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Boards;

/// <summary>The option that names a board.</summary>
internal static class BoardOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="description">What is done with the board.</param>
    /// <param name="isRequired">Whether the command does nothing without a board.</param>
    public static Option<QemuBoard?> Create(string description, bool isRequired = false) => new("--board")
    {
        Description = description + " The name ('openamp boards' lists them), an alias such as m4, or the path of a "
            + "board.json.",
        HelpName = "NAME",
        Required = isRequired,
        CustomParser = Parse,
    };

    /// <summary>How firmware runs on a board.</summary>
    /// <exception cref="System.IO.IOException">Its emulator is not here.</exception>
    public static QemuProcessorOptions OptionsFor(QemuBoard board, string? name = null, bool startsHeld = false)
    {
        _ = HostProgram.EmulatorOf(board.Program).Require($"board '{board.Name}' is emulated by");
        return new() { Board = board, Name = name, StartsHeld = startsHeld };
    }

    /// <summary>The shortest word that means a board.</summary>
    public static string ShortNameOf(string name)
        => QemuBoard.TryFind(name) is { } board ? board.Aliases.Append(name).MinBy(alias => alias.Length)! : name;

    private static string NameOf(QemuBoard board)
        => ShortNameOf(board.Name) is var alias && alias != board.Name ? $"{board.Name} ({alias})" : board.Name;

    private static QemuBoard? Parse(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        try
        {
            if (name.Length > 0)
            {
                return QemuBoard.Find(name);
            }

            result.AddError("--board takes the name of a board, not nothing. 'openamp boards' lists them.");
        }
        catch (QemuBoardException exception)
        {
            string names = string.Join(", ", QemuBoard.All.Select(NameOf));
            result.AddError(name.EndsWith(".json", System.StringComparison.OrdinalIgnoreCase)
                ? Notice.OneLine(exception)
                : $"There is no board '{SafeText.Of(name)}': give one of {names}, or the path of a board.json.");
        }

        return null;
    }
}
