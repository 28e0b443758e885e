// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Firmware for emulated boards, each built once when the first test wants it.</summary>
internal static class BoardFirmware
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new();

    /// <summary>The repository that the tests run in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a firmware in C#. Skips the test where it cannot be built or run.</summary>
    public static Task<string> BuildAsync(string board, string name)
    {
        SkipWithout(
            ("qemu-system-arm", "qemu-system-arm"), ("ld.lld", "lld"), ("llvm-mc", "llvm"), ("llvm-ar", "llvm"));
        string elf = PathOf(board, name);
        return Built.GetOrAdd(elf, _ => new(() => MakeAsync(
            elf, Environment.GetEnvironmentVariable("OPENAMP_FIRMWARE_IS_BUILT") == "1",
            "eng/firmware", "--board", board, name))).Value;
    }

    /// <summary>The path of the remote in C.</summary>
    public static Task<string> BuildCRemoteAsync(string board)
    {
        SkipWithout(
            ("qemu-system-arm", "qemu-system-arm"), ("arm-none-eabi-gcc", "gcc-arm-none-eabi"),
            ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"));
        string elf = PathOf(board, "c-remote");
        return Built.GetOrAdd("c-remote", _ => new(() => MakeAsync(elf, false, "firmware/c-remote/build"))).Value;
    }

    /// <summary>Where firmware for a board is, once it is built.</summary>
    public static string PathOf(string board, string name)
        => Path.Combine(Root, "artifacts/firmware", board, name + ".elf");

    /// <summary>Skips the test where a program is missing.</summary>
    public static void SkipWithout(params (string Program, string Package)[] needed)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] missing =
        [
            .. needed.Where(need => !Array.Exists(folders, folder => File.Exists(Path.Combine(folder, need.Program))))
                .Select(need => need.Package).Distinct(),
        ];
        Assert.SkipWhen(missing.Length > 0, $"missing here: {string.Join(' ', missing)}; eng/test installs them");
    }

    private static async Task<string> MakeAsync(string elf, bool isBuilt, string script, params string[] arguments)
    {
        if (!isBuilt)
        {
            var start = new ProcessStartInfo(Path.Combine(Root, script), arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using Process build = Process.Start(start)!;
            Task<string> errors = build.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await build.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(build.ExitCode == 0, $"'{script}' cannot build '{elf}': {output}{await errors}");
        }

        Assert.True(File.Exists(elf), $"'{elf}' is not built");
        return elf;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenAmp.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
