// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Interop.Tests;

/// <summary>The command-line tool as it was built beside the test assembly.</summary>
public static class Tool
{
    /// <summary>Gives the command line of one side run by the tool, with its result as JSON.</summary>
    public static SideCommand Command(string command, VirtioRole role, SocketSide socket, LinkNames names)
        => new(Muxer(), [Assembly(), .. LinkArguments.For(command, role, socket, names), "--json"]);

    private static string Assembly()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "openamp.dll");
        string settings = Path.ChangeExtension(path, ".runtimeconfig.json");
        return File.Exists(path) && File.Exists(settings)
            ? path
            : throw new FileNotFoundException($"Expected {path} and {settings}; build this test project to get both.");
    }

    private static string Muxer()
    {
        string? known = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        if (!string.IsNullOrEmpty(known))
        {
            return known;
        }

        // The running process may be the muxer or this test's own executable.
        string? running = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(running) == "dotnet" ? running! : "dotnet";
    }
}
