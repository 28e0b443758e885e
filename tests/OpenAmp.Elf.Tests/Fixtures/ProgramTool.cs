// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>Runs programs that may be absent, and waits for them with a deadline.</summary>
internal static class ProgramTool
{
    private const int DeadlineMilliseconds = 60_000;

    /// <summary>Whether a program can be started.</summary>
    public static bool Exists(string program)
    {
        try
        {
            return Run(program, "--version").ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public static void SkipWithout(string program, string package)
    {
        if (!Exists(program))
        {
            Assert.Skip($"{program} is missing: install the package {package}");
        }
    }

    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(DeadlineMilliseconds))
        {
            process.Kill();
            throw new TimeoutException($"{program} has not ended after {DeadlineMilliseconds} ms");
        }

        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    /// <summary>Files that are gone when disposed.</summary>
    internal sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-elf-");

        public string PathOf(string name) => Path.Combine(_folder.FullName, name);

        public string Write(string name, ReadOnlySpan<byte> content)
        {
            File.WriteAllBytes(PathOf(name), content);
            return PathOf(name);
        }

        /// <summary>Changes a program's bytes. Another process writes them: were the file open here, a process that
        /// another test starts meanwhile would hold it open for writing, and it could not run.</summary>
        public void ReplaceProgram(string path, ReadOnlySpan<byte> content)
            => Assert.Equal((0, ""), Run("cp", Write("new-content", content), path));

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
