// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>Runs programs that may not be installed.</summary>
internal static class ProgramRun
{
    /// <summary>Runs a program to its end; <see langword="null"/> when no folder of PATH has it.</summary>
    public static async Task<ToolResult?> TryAsync(string program, params string[] arguments)
    {
        bool exists = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!exists)
        {
            return null;
        }

        await using ToolProcess process = ToolProcess.StartAny([program, .. arguments]);
        return await process.EndAsync();
    }
}
