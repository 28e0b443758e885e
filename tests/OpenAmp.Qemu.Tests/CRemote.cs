// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

[assembly: AssemblyFixture(typeof(OpenAmp.Qemu.Tests.CRemote))]

namespace OpenAmp.Qemu.Tests;

/// <summary>The remote in C (firmware/c-remote), built once for all tests, and where its results are.</summary>
public sealed class CRemote : IAsyncLifetime
{
    internal const string Echo = "rpmsg-openamp-demo-channel";
    internal const string Command = "c-remote-command";

    /// <summary>The image of the remote that differs in its code.</summary>
    internal const string Other = "c-remote-message";

    private static readonly (string Program, string Package)[] Needed =
    [
        ("qemu-system-arm", "qemu-system-arm"), ("qemu-system-aarch64", "qemu-system-arm"),
        ("arm-none-eabi-gcc", "gcc-arm-none-eabi"), ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    ];

    private static readonly string? Missing = FindMissing();

    internal static string Root { get; } = FindRoot();

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        await BuildAsync("buffer");
        await BuildAsync("message", "mps2-an386", "mps2-an521");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The remote's image for a board. Skips where it cannot be built or run.</summary>
    internal static string PathFor(string board, string name = "c-remote")
    {
        SkipWithoutTools();
        return Path.Combine(Root, "artifacts/firmware", board, name + ".elf");
    }

    internal static void SkipWithoutTools() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    private static async Task BuildAsync(string usedLength, params string[] boards)
    {
        ProcessStartInfo start = new(Path.Combine(Root, "firmware/c-remote/build"), boards)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["USED_LENGTH"] = usedLength;
        using Process build = Process.Start(start)!;
        Task<string> output = build.StandardOutput.ReadToEndAsync();
        string errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, $"firmware/c-remote/build failed: {errors}{await output}");
    }

    private static string? FindMissing()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] packages = [.. Needed
            .Where(need => !folders.Any(folder => File.Exists(Path.Combine(folder, need.Program))))
            .Select(need => need.Package).Distinct()];
        return packages.Length == 0 ? null
            : $"Boards cannot be emulated here: apt-get install {string.Join(' ', packages)}.";
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
