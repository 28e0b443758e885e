// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Interop.Tests;

/// <summary>The C peer, compiled once for all tests from the sources beside the test assembly.</summary>
/// <remarks>
/// A machine without a C compiler skips the tests that need it; a compiler that refuses the sources fails them.
/// </remarks>
public sealed class CPeer : IAsyncLifetime
{
    private static readonly TimeSpan CompileTime = TimeSpan.FromMinutes(2);

    private string? _path;

    /// <summary>Path of the executable. Skips the running test when there is no C compiler.</summary>
    public string Path
    {
        get
        {
            Assert.SkipWhen(_path is null, "No C compiler: none of $CC, gcc, cc and clang is on PATH.");
            return _path;
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (FindCompiler() is not { } compiler)
        {
            return;
        }

        string sources = System.IO.Path.Combine(AppContext.BaseDirectory, "peer");
        string output = System.IO.Path.Combine(AppContext.BaseDirectory, "openamp-c-peer");
        List<string> arguments = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", output];
        arguments.AddRange(Directory.GetFiles(sources, "*.c").Order(StringComparer.Ordinal));

        await using Side compile = Side.Start(new(compiler, arguments), TestContext.Current.CancellationToken);
        SideResult result = await compile.WaitAsync(CompileTime);
        Assert.True(result.ExitCode == 0, result.Describe());
        _path = output;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Gives the command line of one side run by the peer.</summary>
    public SideCommand Command(
        string command, VirtioRole role, SocketSide socket, LinkNames names, params string[] more)
        => new(Path, [.. LinkArguments.For(command, role, socket, names), .. more]);

    private static string? FindCompiler()
    {
        string? chosen = Environment.GetEnvironmentVariable("CC");
        string[] names = string.IsNullOrEmpty(chosen) ? ["gcc", "cc", "clang"] : [chosen, "gcc", "cc", "clang"];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        return names.SelectMany(name => folders.Select(folder => System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
