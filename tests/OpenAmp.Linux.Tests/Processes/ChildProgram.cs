// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>The program of child.c, compiled once. Tests that use it skip where there is no C compiler.</summary>
public sealed class ChildProgram : IAsyncLifetime
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private string? _path;

    internal string ProgramPath
    {
        get
        {
            Assert.SkipWhen(_path is null, "No C compiler: none of gcc, cc and clang is on PATH.");
            return _path!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] names = ["gcc", "cc", "clang"];
        if (names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            is not { } compiler)
        {
            return;
        }

        string source = Path.Combine(AppContext.BaseDirectory, "Processes", "child.c");
        string output = Path.Combine(AppContext.BaseDirectory, "openamp-child");
        string[] arguments = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", output, source];
        using Process compile = Process.Start(compiler, arguments);
        await compile.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, compile.ExitCode);
        _path = output;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal ChildProcessOptions Options(params string[] arguments)
        => new()
        {
            Path = ProgramPath,
            Arguments = arguments,
            StandardOutput = ChildOutputMode.Discard,
            StandardError = ChildOutputMode.Discard,
        };

    /// <summary>Runs a child to its end.</summary>
    /// <returns>How it ended, and what it wrote to both streams.</returns>
    internal static async Task<(ChildExit Exit, List<string> Lines)> RunAsync(ChildProcessOptions options)
    {
        List<string> lines = [];
        await using ChildProcess child = ChildProcess.Start(options with
        {
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = line =>
            {
                lock (lines)
                {
                    lines.Add(line.Text);
                }
            },
        });
        ChildExit exit = await child.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await child.OutputEnded.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (exit, lines);
    }
}
