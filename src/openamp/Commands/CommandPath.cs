// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;

namespace OpenAmp.Tool.Commands;

/// <summary>The words that name a command on the command line.</summary>
internal static class CommandPath
{
    /// <summary>The command's name behind those of the commands that hold it: "firmware table set"; empty for the tool
    /// itself.</summary>
    public static string Of(CommandResult result)
    {
        string path = "";
        for (CommandResult? at = result; at is { Command: not RootCommand }; at = at.Parent as CommandResult)
        {
            path = $"{at.Command.Name} {path}";
        }

        return path.TrimEnd();
    }
}
