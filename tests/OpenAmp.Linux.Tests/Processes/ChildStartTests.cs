// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>What a child is given.</summary>
public sealed class ChildStartTests(ChildProgram program) : IClassFixture<ChildProgram>
{
    [Fact]
    public async Task TheChildHasExactlyTheDescriptorsItWasGiven()
    {
        using EventFd counter = new();

        // Descriptors that stay open on exec, as other code in a host may have them.
        using SafeFileHandle stray = new(NativeCalls.dup((int)counter.Handle.DangerousGetHandle()), ownsHandle: true);
        ChildProcessOptions options = program.Options("descriptors");
        Assert.Equal(["0 1 2 "], (await ChildProgram.RunAsync(options)).Lines);
        SafeHandle[] given = [counter.Handle, stray, counter.Handle];
        Assert.Equal(["0 1 2 3 4 5 "], (await ChildProgram.RunAsync(options with { Handles = given })).Lines);
    }

    [Fact]
    public async Task HandlesComeInTheirOrderWhateverTheirNumbersAre()
    {
        // Many, and backwards: most are numbered as others of them shall be in the child.
        EventFd[] counters = [.. Enumerable.Range(0, ChildProcessOptions.MaxHandles).Select(_ => new EventFd())];
        for (int i = 0; i < counters.Length; i++)
        {
            Add(counters[i], i + 1);
        }

        (ChildExit exit, List<string> lines) = await ChildProgram.RunAsync(
            program.Options("counters", counters.Length.ToString(CultureInfo.InvariantCulture)) with
            {
                Handles = [.. counters.Reverse().Select(counter => counter.Handle)],
            });
        Array.ForEach(counters, counter => counter.Dispose());

        Assert.True(exit.IsSuccess, exit.ToString());
        string expected = string.Concat(Enumerable.Range(1, counters.Length).Reverse().Select(i => $"{i} "));
        Assert.Equal([expected], lines);
    }

    [Fact]
    public async Task SignalsAreAtTheirDefaultsAndInputIsEmpty()
    {
        (_, List<string> lines) = await ChildProgram.RunAsync(program.Options("signals"));
        Assert.Equal(
            ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "own group: 1, input at end: 1"], lines);
        (_, lines) = await ChildProgram.RunAsync(program.Options("signals") with { HasOwnGroup = false });
        Assert.Equal("own group: 0, input at end: 1", lines[^1]);
    }

    [Fact]
    public async Task ArgumentsEnvironmentAndFolderAreAsGiven()
    {
        ChildProcessOptions options = program.Options("world", "", "ä b", "$HOME\n") with
        {
            Environment = new Dictionary<string, string?> { ["B"] = "2=3", ["A"] = "", ["GONE"] = null },
            InheritsEnvironment = false,
            WorkingDirectory = "/usr",
        };
        (_, List<string> lines) = await ChildProgram.RunAsync(options);
        Assert.Equal([$"argument {program.ProgramPath}", "argument world", "argument ", "argument ä b",
            "argument $HOME", "", "variable A=", "variable B=2=3", "folder /usr"], lines);
    }

    [Fact]
    public async Task TheEnvironmentIsInheritedWithChanges()
    {
        Dictionary<string, string?> changes = new() { ["PATH"] = null, ["OPENAMP_TEST"] = "yes" };
        (_, List<string> lines) = await ChildProgram.RunAsync(program.Options("world") with { Environment = changes });
        Assert.Contains("variable OPENAMP_TEST=yes", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("variable PATH=", StringComparison.Ordinal));
        Assert.Equal(Environment.GetEnvironmentVariables().Count,
            lines.Count(line => line.StartsWith("variable ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ARelativePathIsOneOfThisProcessAlsoWhenTheChildStartsElsewhere()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, program.ProgramPath);
        ChildProcessOptions options = program.Options("exit", "7") with { Path = relative, WorkingDirectory = "/" };
        Assert.Equal(7, (await ChildProgram.RunAsync(options)).Exit.ExitCode);
    }

    [Fact]
    public async Task AnOpenFileRunsAlsoWhenItsNameWasGivenToAnother()
    {
        using MeetingPlace place = new();
        string path = Path.Combine(Path.GetDirectoryName(place.SocketPath)!, "program");
        File.Copy(program.ProgramPath, path);
        using SafeFileHandle opened = File.OpenHandle(path);
        File.Copy("/bin/false", path + ".new");
        File.Move(path + ".new", path, overwrite: true);

        using EventFd counter = new();
        ChildProcessOptions options = program.Options("descriptors") with { Path = path, Handles = [counter.Handle] };
        Assert.Equal(1, (await ChildProgram.RunAsync(options)).Exit.ExitCode);
        (ChildExit exit, List<string> lines) = await ChildProgram.RunAsync(options with { Executable = opened });
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(["0 1 2 3 "], lines);
    }

    [Fact]
    public async Task AProgramThatIsOnlyInMemoryRuns()
    {
        using SafeFileHandle memory = new(NativeCalls.memfd_create("program", 1), ownsHandle: true);
        RandomAccess.Write(memory, await File.ReadAllBytesAsync(program.ProgramPath,
            TestContext.Current.CancellationToken), 0);
        ChildProcessOptions options = program.Options("descriptors") with { Executable = memory, Path = "in memory" };
        Assert.Equal(["0 1 2 "], (await ChildProgram.RunAsync(options)).Lines);
    }

    private static unsafe void Add(EventFd counter, int count)
    {
        ulong value = (ulong)count;
        Assert.Equal(sizeof(ulong),
            NativeCalls.write((int)counter.Handle.DangerousGetHandle(), &value, sizeof(ulong)));
    }
}
